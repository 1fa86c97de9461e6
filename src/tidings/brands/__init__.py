"""Brands: how an organisation's messages look, whoever writes them."""

from tidings.brands.brand import Brand, Draft, Snippet
from tidings.brands.checks import check_settings, is_color
from tidings.brands.settings import BrandSettings, Layout, read_settings

__all__ = ["Brand", "BrandSettings", "Draft", "Layout", "Snippet", "check_settings", "is_color", "read_settings"]
