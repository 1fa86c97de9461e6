"""The pages that people see: templates, one stylesheet, one script; nothing is fetched from elsewhere."""

from tidings.api.pages.pages import Page, Pages
from tidings.api.pages.words import Words, asked_by_browser, words_for

__all__ = ["Page", "Pages", "Words", "asked_by_browser", "words_for"]
