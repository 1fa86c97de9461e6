"""A tenant and those above it, and what they hand down."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tidings.tenants.tenant import Tenant

LEVELS_READ_MAX = 4
"""The tenant itself and three above it: so many Courier loads, and no words of those further above
(courier-semantics.md §3)."""
LEVELS_BELOW_MAX = 20
"""`include_children` means all that are below (courier-semantics.md §2), however far. A tenant further down is not
found: tenants above themselves would be looked for without an end."""


class Lineage(msgspec.Struct, frozen=True):
    """In whose name a message is sent. What a tenant says itself beats what those above it say, key by key."""

    tenants: tuple[Tenant, ...] = ()
    """Nearest first; empty when it is sent in nobody's name."""
    member: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the recipient is within the tenant."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, nearest first."""
        return tuple(tenant.id for tenant in self.tenants)

    @property
    def brand_id(self) -> str | None:
        """The brand of the tenant, else of the nearest above it that has one."""
        named = (tenant.settings.get("brand_id") for tenant in self.tenants)
        return next((found for found in named if isinstance(found, str) and found), None)

    @property
    def user_profile(self) -> dict[str, Any]:
        """What is known of each of its users until their own profile says otherwise."""
        return _laid_over(tenant.settings.get("user_profile") for tenant in self.tenants)

    @property
    def default_preferences(self) -> tuple[Any, ...]:
        """What each wants for its users, as the API was told, nearest first."""
        return tuple(tenant.settings.get("default_preferences") for tenant in self.tenants)

    def profile(self, stored: dict[str, Any], received: dict[str, Any]) -> dict[str, Any]:
        """Lay together what the tenants say of a recipient, what is stored, what it is here, and what came along."""
        return {**self.user_profile, **stored, **self.member, **received}

    def variables(self) -> dict[str, Any]:
        """Lay out what templates name as `tenant.…`: its properties, by themselves and as `properties`, name and id."""
        if not self.tenants:
            return {}
        properties = _laid_over(tenant.properties for tenant in self.tenants)
        own = self.tenants[0]
        return {**properties, "id": own.id, "name": own.name, "properties": properties}


NOBODY = Lineage()


def _laid_over(layers: Iterable[Any]) -> dict[str, Any]:
    """Put the nearest on top."""
    laid: dict[str, Any] = {}
    for layer in reversed([layer for layer in layers if isinstance(layer, dict)]):
        laid |= layer
    return laid
