"""Translations: a workspace's words in other languages."""

from tidings.translations.catalogue import Catalogue, Messages, read_po

__all__ = ["Catalogue", "Messages", "read_po"]
