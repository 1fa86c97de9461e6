"""Devices and browsers."""

from collections.abc import Mapping
from typing import Any

from tidings.routing.written import written

TOKEN_LENGTH_MAX = 4096
"""FCM's are 200 characters today and may grow."""


def firebase(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `firebaseToken`: one, or a list."""
    return _found(_tokens(profile.get("firebaseToken")), "profile.firebaseToken is missing")


def apn(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `apn.token` and `apn.tokens`; a bare text is not taken, as at Courier."""
    return _found(_of(profile.get("apn")), "profile.apn.token is missing")


def expo(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `expo.token` and `expo.tokens`."""
    return _found(_of(profile.get("expo")), "profile.expo.token is missing")


def web_push(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `web_push`: one subscription as browsers give it (`endpoint`, `keys.p256dh`, `keys.auth`), or a list."""
    value = profile.get("web_push")
    found = []
    for one in value if isinstance(value, list | tuple) else [value]:
        match one:
            case {"endpoint": str(endpoint), "keys": {"p256dh": str(key), "auth": str(auth)}} if endpoint:
                found.append(written({"endpoint": endpoint, "keys": {"auth": auth, "p256dh": key}}))
    return _found(found, "profile.web_push.endpoint and its keys are missing")


def _of(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    return [*_tokens(value.get("token")), *_tokens(value.get("tokens"))]


def _tokens(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [one for one in values if isinstance(one, str) and 0 < len(one) <= TOKEN_LENGTH_MAX]


def _found(addresses: list[str], why: str) -> tuple[list[str], str]:
    return addresses, "" if addresses else why
