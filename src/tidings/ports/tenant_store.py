"""Tenants and their members."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.tenants import Lineage, Membership, Tenant


class TenantStore(Protocol):
    """The same records that group calls write."""

    async def find(self, environment_id: int, tenant_id: str) -> Tenant | None:
        """Look one up."""
        ...

    async def lineages(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Lineage]:
        """Find tenants with those above them, four levels at most, by environment and id. The unknown are left out."""
        ...

    async def put(self, tenant: Tenant, *, now: int) -> None:
        """Make it, or replace all of it; its members stay."""
        ...

    async def memberships(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[Membership]:
        """List the tenants of a user, or of an anonymous user of that id when no user has it, by tenant id.

        Raises `InvalidInput` for a cursor that is none of ours.
        """
        ...
