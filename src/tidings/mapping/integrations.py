"""The integrations object: does our engine get this call."""

from typing import Any

NAME = "Courier"
"""The destination's name, case-sensitive (segment.md §6 R11)."""


def allows_courier(integrations: Any) -> bool:
    """Tell whether the integrations object lets the call through to our engine (segment.md §3.1).

    Total: whatever stands there, there is an answer. Odd values fall back to `All`, and an odd `All` is true.
    `Segment.io: false` keeps the call from everything.
    """
    if not isinstance(integrations, dict):
        return True
    if integrations.get("Segment.io") is False:
        return False
    own = integrations.get(NAME)
    if isinstance(own, bool):
        return own
    if isinstance(own, dict):  # options for us: they enable it, even when empty
        return True
    everything = next((value for key, value in integrations.items() if key.lower() == "all"), True)
    return everything is not False
