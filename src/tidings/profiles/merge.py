"""How traits join a profile."""

from typing import Any

_DEPTH_MAX = 64  # accept lets nothing deeper in; a profile written by hand through the API is held to the same


def merge(profile: dict[str, Any], traits: dict[str, Any], _depth: int = 0) -> dict[str, Any]:
    """Merge traits into a profile: the new value wins, objects merge key by key, nothing unmentioned is lost.

    Lists and `null` replace what stood there (segment.md §6 R14, R15; §7 row 36). Returns a new dict; neither
    argument is changed.
    """
    merged = dict(profile)
    for key, value in traits.items():
        old = merged.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and _depth < _DEPTH_MAX:
            merged[key] = merge(old, value, _depth + 1)
        else:
            merged[key] = value
    return merged
