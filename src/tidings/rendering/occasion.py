"""Whom a message is for, and by which provider it goes."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel needs beside the words."""

    recipient: str = ""
    """The channel's own address."""
    sender: str = ""
    data: Mapping[str, Any] = {}
    """`message.data`, for channels that hand it on."""
