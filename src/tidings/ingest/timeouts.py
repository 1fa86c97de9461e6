"""How long to wait for whom, as requests to send say it (courier-api.md §1.1)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tidings.errors import InvalidInput

Ms = Annotated[float, Meta(ge=0, le=90 * 86_400_000)]
"""Milliseconds, 90 days at most: nothing waits longer."""
_Each = Ms | dict[str, Ms] | None
"""One number for all, or one for each name."""


class Timeout(msgspec.Struct):
    """`message.timeout`."""

    message: Ms | None = None
    channel: _Each = None
    provider: _Each = None
    escalation: Ms | None = None
    criteria: Literal["no-escalation", "delivered", "viewed", "engaged"] | None = None


class _OfChannel(msgspec.Struct):
    channel: _Each = None
    provider: _Each = None


def check_timeouts(settings: Mapping[str, Any] | None, *, path: str) -> None:
    """Check `timeouts`, or `timeout`, of each channel or provider. Raises `InvalidInput` with the path.

    A channel has a number, or one for itself and one for its providers; a provider has a number.
    """
    kind: Any = Ms | _OfChannel | None if path.endswith("channels") else Ms | None
    for name, own in (settings or {}).items():
        for word in ("timeouts", "timeout"):
            try:
                msgspec.convert(own.get(word), kind)
            except msgspec.ValidationError as error:
                what, _, where = str(error).partition(" - at `$")
                raise InvalidInput(what, path=f"{path}.{name}.{word}{where.removesuffix('`')}") from error
