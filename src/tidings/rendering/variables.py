"""What a template can name (courier-semantics.md §14)."""

import time
from typing import Any

import msgspec


class Variables(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one message. Everything in them is JSON: objects, arrays, text, numbers, booleans, null."""

    data: dict[str, Any] = {}
    profile: dict[str, Any] = {}
    tenant: dict[str, Any] = {}
    brand: dict[str, Any] = {}
    builtins: dict[str, Any] = {}
    """`event`, `messageId`, `recipient`, `template`, and the objects `courier` (`environment`, `scope`) and `urls`."""
    now: int | None = None
    """Milliseconds since 1970, of which `datetime` has the `year` in UTC. Data that has a `datetime` keeps its own."""

    def root(self) -> dict[str, Any]:
        """Lay them out as templates see them.

        `{{x}}` is `data.x`, unless it is one of the names that Courier keeps for itself; `data.x` always is.
        """
        clock = {} if self.now is None else {"datetime": {"year": time.gmtime(self.now // 1000).tm_year}}
        return {
            **clock,
            **self.data,
            **self.builtins,
            "data": self.data,
            "profile": self.profile,
            "tenant": self.tenant,
            "brand": self.brand,
        }
