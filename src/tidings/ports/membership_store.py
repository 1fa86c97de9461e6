"""Who belongs to which tenant, to write."""

from collections.abc import Mapping
from typing import Any, Protocol

from tidings.ports.page import Page
from tidings.tenants import Membership


class MembershipStore(Protocol):
    """The same records that group calls write. A tenant that is not there yet may have members already."""

    async def members(self, environment_id: int, tenant_id: str, *, limit: int, cursor: str | None) -> Page[Membership]:
        """List a tenant's members, by user key. Raises `InvalidInput` for a cursor that is none of ours."""
        ...

    async def join(
        self, environment_id: int, user_id: str, profiles: Mapping[str, dict[str, Any] | None], *, now: int
    ) -> None:
        """Make a user a member of these tenants, or change what it is there; None leaves that as it is."""
        ...

    async def leave(self, environment_id: int, user_id: str, *, tenant_id: str | None) -> int:
        """Take a user, or an anonymous user of that id when no user is in it, out of a tenant; None: out of all.

        Returns of how many.
        """
        ...
