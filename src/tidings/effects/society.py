"""Who is who, and who belongs to whom: what an inbound batch finds, and what it does about it."""

from collections.abc import Mapping
from typing import Any

import msgspec

Key = tuple[int, str]
"""An environment, and a user key or a tenant's id."""


class Link(msgspec.Struct, frozen=True, gc=False):
    """An anonymous user turned out to be a known one."""

    environment_id: int
    anonymous_key: str
    user_key: str
    at: int


class TenantWrite(msgspec.Struct, frozen=True):
    """A tenant as group calls leave it; what only the API sets stays as it is."""

    environment_id: int
    tenant_id: str
    name: str
    properties: dict[str, Any]
    at: int
    is_new: bool
    """No such tenant stood there when the batch began."""


class Joining(msgspec.Struct, frozen=True, gc=False):
    """A user belongs to a tenant."""

    environment_id: int
    user_key: str
    tenant_id: str
    at: int


class NamedTenant(msgspec.Struct, frozen=True):
    """As much of a tenant as group calls touch."""

    name: str
    properties: dict[str, Any]
    updated: int = 0


class Society(msgspec.Struct, frozen=True):
    """What storage knows of a batch's people when the batch begins."""

    links: Mapping[Key, str] = msgspec.field(default_factory=dict)
    """By environment and anonymous key, the user key."""
    tenants: Mapping[Key, NamedTenant] = msgspec.field(default_factory=dict)
