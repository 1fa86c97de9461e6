"""Tenants and their members."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

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

    async def page(self, environment_id: int, *, parent_id: str | None, limit: int, cursor: str | None) -> Page[Tenant]:
        """List tenants by id; with `parent_id`, those right below that one: then a page may be short, or empty.

        Raises `InvalidInput` for a cursor that is none of ours.
        """
        ...

    async def delete(self, environment_id: int, tenant_id: str) -> None:
        """Forget it, with its memberships and its own templates. Raises `NotFound`."""
        ...

    async def member_profiles(
        self, keys: Sequence[tuple[int, str, str]]
    ) -> dict[tuple[int, str, str], dict[str, Any] | None]:
        """Find members by environment, user key and tenant id, and what each is there. Who is none is left out."""
        ...

    async def prefer(
        self, environment_id: int, tenant_id: str, topic_id: str, item: Mapping[str, Any] | None, *, now: int
    ) -> None:
        """Put an item of `default_preferences` in the place of the topic's, or take that out; other items stay.

        Raises `NotFound` for an unknown tenant, `TooLarge` past 1 000 items.
        """
        ...

    async def memberships(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[Membership]:
        """List the tenants of a user, or of an anonymous user of that id when no user has it, by tenant id.

        Raises `InvalidInput` for a cursor that is none of ours.
        """
        ...
