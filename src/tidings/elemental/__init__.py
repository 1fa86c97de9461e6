"""Others' words: Courier Elemental's nodes."""

from tidings.elemental.document import Document, channels_of
from tidings.elemental.locales import fitting, locales_of, localised, worded
from tidings.elemental.parse import parse

__all__ = ["Document", "channels_of", "fitting", "locales_of", "localised", "parse", "worded"]
