"""A tenant, and who belongs to it."""

from typing import Any

import msgspec


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant; group calls make it and merge their traits into its properties (courier-segment.md §6)."""

    environment_id: int
    id: str
    name: str
    properties: dict[str, Any]
    settings: dict[str, Any]
    """What only the API sets: `parent_tenant_id`, `brand_id`, `user_profile`, `default_preferences`."""


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """One user in one tenant."""

    environment_id: int
    user_key: str
    tenant_id: str
    profile: dict[str, Any] | None = None
    """What the user is within the tenant: laid over the user's own profile in every message in the tenant's name."""

    @property
    def user_id(self) -> str:
        """The id as the caller knows it."""
        return self.user_key[2:]
