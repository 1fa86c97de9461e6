"""Who is who in a batch: anonymous users who turn out to be known ones, and whom users work for. Pure.

An anonymous user belongs to the first known user who is seen with it, for ever; two known users never meet in one
(segment.md §5.8: a profile has one user id). What an anonymous profile knows fills in what the known one lacks, and
never replaces anything.
"""

from typing import Any

import msgspec

from tidings.effects.society import Joining, Key, Link, NamedTenant, Society, TenantWrite
from tidings.mapping.arrival import Arrival
from tidings.profiles import merge
from tidings.records import user_key


class People:
    """Links, tenants and memberships of a batch so far."""

    def __init__(self, society: Society, *, is_replay: bool = False) -> None:
        """In a replay, a group's traits do not replace what its tenant was told later."""
        self._society = society
        self._is_replay = is_replay
        self._links: dict[Key, Link] = {}
        self._tenants: dict[Key, TenantWrite] = {}
        self._joinings: dict[tuple[int, str, str], Joining] = {}

    @property
    def links(self) -> list[Link]:
        """The new links."""
        return list(self._links.values())

    @property
    def tenants(self) -> list[TenantWrite]:
        """The tenants as they are to stand."""
        return list(self._tenants.values())

    @property
    def joinings(self) -> list[Joining]:
        """Who joins which tenant."""
        return list(self._joinings.values())

    def owner(self, anonymous: Key) -> str | None:
        """Tell who an anonymous user turned out to be."""
        if link := self._links.get(anonymous):
            return link.user_key
        return self._society.links.get(anonymous)

    def link(self, arrival: Arrival, anonymous_id: str | None) -> str | None:
        """Link the call's user with an anonymous id; tell whose it is now, None when nothing can be linked.

        The link is new when `owner` knew none before.
        """
        record = arrival.record
        anonymous_key = user_key(None, anonymous_id)
        if record.user_id is None or not anonymous_key:
            return None
        anonymous = (arrival.environment_id, anonymous_key)
        owner = self.owner(anonymous)
        if owner is None:
            self._links[anonymous] = Link(*anonymous, record.user_key, record.received_at)
            owner = record.user_key
        return owner

    def group(self, arrival: Arrival, traits: dict[str, Any]) -> TenantWrite:
        """Merge a group's traits into its tenant, and make the user a member; gives the tenant as it would stand."""
        record, tenant_id = arrival.record, arrival.record.group_id or ""
        key = (arrival.environment_id, tenant_id)
        written = self._tenants.get(key)
        stored = self._society.tenants.get(key)
        before = written or stored or NamedTenant(tenant_id, {})
        told_at = written.at if written else stored.updated if stored else 0
        is_old = self._is_replay and record.received_at < told_at
        name = traits.get("name")
        return TenantWrite(
            environment_id=arrival.environment_id,
            tenant_id=tenant_id,
            name=name if isinstance(name, str) and name.strip() and not is_old else before.name,
            properties=merge(traits, before.properties) if is_old else merge(before.properties, traits),
            at=told_at if is_old else record.received_at,
            is_new=stored is None,
        )

    def keep(self, arrival: Arrival, tenant: TenantWrite) -> None:
        """Let the tenant stand so, with the call's user as a member."""
        record = arrival.record
        self._tenants[tenant.environment_id, tenant.tenant_id] = tenant
        joining = Joining(arrival.environment_id, record.user_key, tenant.tenant_id, record.received_at)
        self._joinings.setdefault((joining.environment_id, joining.user_key, joining.tenant_id), joining)


def filled(profile: bytes | None, with_: dict[str, Any]) -> bytes:
    """Fill in what a profile lacks."""
    return msgspec.json.encode(merge(with_, msgspec.json.decode(profile)) if profile else with_)
