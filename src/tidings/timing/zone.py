"""Time zones, by name or by offset."""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_NAME_CHARACTERS_MAX = 64
_OFFSET = re.compile(r"(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?", re.ASCII)
_PROFILE_KEYS = ("zoneinfo", "timezone")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo | None:
    """Read an IANA name, or `UTC+4`; None for what is neither."""
    if len(name) > _NAME_CHARACTERS_MAX:
        return None
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset) if offset < timedelta(hours=24) else None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no such zone, or no name that a file of zones could have
        return None


def zone_of_recipient(named: str | None, to: Mapping[str, Any], stored: Mapping[str, Any], default: str) -> tzinfo:
    """Find the zone: the one that was named, else the recipient's, else the stored profile's, else the default.

    A zone that is none is passed over: a message in UTC is better than one that never goes.
    """
    named_by = [named, *(to.get(key) for key in ("timezone", "zoneinfo")), *(stored.get(key) for key in _PROFILE_KEYS)]
    for name in [*named_by, default]:
        if isinstance(name, str) and (zone := zone_of(name)) is not None:
            return zone
    return UTC
