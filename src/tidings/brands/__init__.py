"""Brands: how an organisation's messages look, whoever writes them."""

from tidings.brands.brand import Brand, Snippet
from tidings.brands.settings import BrandSettings, read_settings

__all__ = ["Brand", "BrandSettings", "Snippet", "read_settings"]
