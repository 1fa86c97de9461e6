"""The parts of a call's body that the inbound step reads."""

import json
import math
from typing import Any

import msgspec
from msgspec import Raw

from tidings.messages import MARK, chain_of


class Parts(msgspec.Struct, gc=False):
    """Slices of a call's JSON; empty or `null` where absent."""

    traits: Raw = Raw(b"")
    properties: Raw = Raw(b"")
    context: Raw = Raw(b"")
    integrations: Raw = Raw(b"")


class _ContextParts(msgspec.Struct):
    traits: Raw = Raw(b"")
    timezone: Raw = Raw(b"")


_MARK = f'"{MARK}"'.encode()
_parts = msgspec.json.Decoder(Parts)
_context_parts = msgspec.json.Decoder(_ContextParts)
_anything = msgspec.json.Decoder()


def parts(body: bytes) -> Parts:
    """Slice a call's body."""
    return _parts.decode(body)


def read(raw: Raw) -> Any:
    """Decode one part; None when absent. Numbers no float can hold become None, as JSON has no infinity."""
    data = bytes(raw)
    if data in {b"", b"null"}:
        return None
    try:
        return _anything.decode(data)
    except msgspec.DecodeError:
        return json.loads(data, parse_float=_finite)


def read_object(raw: Raw) -> dict[str, Any]:
    """Decode one part that is an object; anything else reads as empty."""
    value = read(raw)
    return value if isinstance(value, dict) else {}


def traits_of(call: Parts) -> dict[str, Any]:
    """Read an identify's traits; some libraries put them in `context.traits` alone (segment.md §1.8).

    The context's time zone joins them, as Courier keeps it (courier-segment.md §5), unless the traits name one.
    """
    traits = read_object(call.traits)
    context = bytes(call.context)
    if context[:1] == b"{" and (not traits or b'"timezone"' in context):
        inner = _context_parts.decode(context)
        if bytes(call.traits) in {b"", b"null"}:
            traits = read_object(inner.traits)
        zone = read(inner.timezone)
        if isinstance(zone, str) and zone and "timezone" not in traits:
            traits = {**traits, "timezone": zone}
    return traits


def chain_behind(body: bytes) -> tuple[str, ...]:
    """Read which messages' templates led to a call that tells of a message; empty for every other call."""
    return chain_of(read(parts(body).context)) if _MARK in body else ()


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
