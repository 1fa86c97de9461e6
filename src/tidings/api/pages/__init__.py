"""The pages that people see: templates, one stylesheet, one script; nothing is fetched from elsewhere."""

from tidings.api.pages.pages import Page, Pages

__all__ = ["Page", "Pages"]
