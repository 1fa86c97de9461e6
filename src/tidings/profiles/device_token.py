"""A device that a user can be reached on by push (courier-api.md §5.1)."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

Service = Literal["firebase-fcm", "apn", "expo", "onesignal"]
TokenStatus = Literal["active", "unknown", "failed", "revoked"]

DEVICES_MAX = 100
"""Of one user; so many are addressed, too."""
LIFE_MS = 60 * 24 * 3_600_000
"""A token that says nothing of its end is forgotten so long after it was last registered."""


class DeviceToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token, and what the app said with it. Times are milliseconds since 1970."""

    environment_id: int
    user_id: str
    token: str
    service: Service
    status: TokenStatus = "active"
    status_reason: str = ""
    expires_at: int | None = None
    """None for never."""
    said: dict[str, Any] = {}
    """`device`, `tracking`, `properties` and `expiry_date`, as they came."""
    created: int
    updated: int


def with_devices(profile: dict[str, Any], tokens: Iterable[DeviceToken]) -> dict[str, Any]:
    """Lay tokens out where push providers look for them; those that the profile names itself come first."""
    found = dict(profile)
    for each in tokens:
        if each.service == "firebase-fcm":
            found["firebaseToken"] = _joined(found.get("firebaseToken"), each.token)
        elif each.service in {"apn", "expo"}:
            own = found.get(each.service)
            own = own if isinstance(own, dict) else {}
            found[each.service] = {**own, "tokens": _joined(own.get("tokens"), each.token)}
    return found


def _joined(value: Any, token: str) -> list[Any]:
    values = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
    return values if token in values else [*values, token]
