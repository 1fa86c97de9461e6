"""What a template can name (courier-semantics.md §14)."""

from typing import Any

import msgspec


class Variables(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one message. Everything in them is JSON: objects, arrays, text, numbers, booleans, null."""

    data: dict[str, Any] = {}
    profile: dict[str, Any] = {}
    tenant: dict[str, Any] = {}
    brand: dict[str, Any] = {}
    builtins: dict[str, Any] = {}
    """`event`, `messageId`, `recipient`, `template`, and the objects `courier` (`environment`, `scope`), `urls`,
    `datetime` (`year`)."""

    def root(self) -> dict[str, Any]:
        """Lay them out as templates see them.

        `{{x}}` is `data.x`, unless it is one of the names that Courier keeps for itself; `data.x` always is.
        """
        return {
            **self.data,
            **self.builtins,
            "data": self.data,
            "profile": self.profile,
            "tenant": self.tenant,
            "brand": self.brand,
        }
