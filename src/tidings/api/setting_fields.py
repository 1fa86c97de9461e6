"""What a form for settings has to ask: of providers and destinations alike."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType


class SettingField(msgspec.Struct, kw_only=True):
    """One setting."""

    type: Literal["string", "number", "boolean", "object", "enum"]
    required: bool
    values: list[str] | UnsetType = UNSET
    """Those there are, of an `enum`."""
    default: str | float | bool | UnsetType = UNSET
    """What holds when it is left out."""
    description: str | UnsetType = UNSET
    multiline: bool | UnsetType = UNSET
    """Of many lines, such as a key's file."""
    properties: dict[str, "SettingField"] | UnsetType = UNSET
    """The parts of an `object`; without them its keys are free, and its values are strings."""
    secret: bool | UnsetType = UNSET
    """Shown as `********` once it is kept; sent back that way, it stays."""


def setting_fields(described: Mapping[str, Any]) -> dict[str, SettingField]:
    """Put a catalogue's settings on the wire."""
    return msgspec.convert(dict(described), dict[str, SettingField])
