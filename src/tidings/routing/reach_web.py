"""Addresses that a provider's own settings hold, and those that profiles add to them."""

from collections.abc import Mapping
from typing import Any

from tidings.routing.written import STATIC, written


def webhook(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `webhook`: a URL with its method, headers and login; without one, the provider's own address is meant."""
    value = profile.get("webhook")
    if not isinstance(value, Mapping):
        return [STATIC], ""
    match value:
        case {"url": str(url)} if url:
            known = ("url", "method", "headers", "authentication", "profile")
            address = written({name: value[name] for name in known if name in value})
            return ([address], "") if address else ([], "profile.webhook is too large")
    return [], "profile.webhook.url is missing"


def given_webhook(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `webhook` where nobody has an address of their own."""
    found, why = webhook(profile)
    return ([], "profile.webhook.url is missing") if found == [STATIC] else (found, why)


def anywhere(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Somebody is always there: the provider's settings say where."""
    del profile
    return [STATIC], ""
