"""Brands: how an organisation's messages look, whoever writes them."""

from tidings.brands.brand import Brand, Draft, Snippet
from tidings.brands.brought import brand_brought, brands_brought
from tidings.brands.checks import check_settings, is_color
from tidings.brands.settings import BrandSettings, Layout, read_settings

__all__ = [
    "Brand",
    "BrandSettings",
    "Draft",
    "Layout",
    "Snippet",
    "brand_brought",
    "brands_brought",
    "check_settings",
    "is_color",
    "read_settings",
]
