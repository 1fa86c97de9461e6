"""The integrations object: does a destination get this call (segment.md §3.1)."""

from typing import Any

COURIER = "Courier"
"""The name of our own engine, and of Courier's service: case-sensitive (segment.md §6 R11)."""


def is_odd(integrations: Any, name: str) -> bool:
    """Tell whether what is said of a destination says nothing: neither true, false, nor options for it."""
    return isinstance(integrations, dict) and name in integrations and not isinstance(integrations[name], bool | dict)


def allows(integrations: Any, name: str) -> bool:
    """Tell whether the integrations object lets the call through to destinations of this name.

    Total: whatever stands there, there is an answer. Odd values fall back to `All`, and an odd `All` is true.
    `Segment.io: false` keeps the call from everything. All destinations of one name share their fate.
    """
    if not isinstance(integrations, dict):
        return True
    if integrations.get("Segment.io") is False:
        return False
    own = integrations.get(name)
    if isinstance(own, bool):
        return own
    if isinstance(own, dict):  # options for it: they enable it, even when empty
        return True
    if "All" in integrations:
        return integrations["All"] is not False
    return next((value for key, value in integrations.items() if key.lower() == "all"), True) is not False
