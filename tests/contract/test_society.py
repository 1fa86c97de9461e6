"""Who is who, in storage: what one inbound batch leaves, the next one finds."""

import pytest

from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.effects import Effects, Joining, Link, NamedTenant, TenantWrite
from tidings.errors import InvalidInput, Unavailable
from tidings.tenants import Tenant

ENV = 1


@pytest.fixture
def inbound(database):
    """The inbound step's store."""
    return SqlInboundStore(database)


@pytest.fixture
def tenants(database):
    """The tenants of an empty database."""
    return SqlTenantStore(database)


async def leave(inbound, *, after=0, **effects):
    """Apply these effects as one batch."""
    async with inbound.transaction(0) as transaction:
        assert await transaction.apply(Effects(**effects), after=after, through=after + 1, received_at=1)


async def found(inbound, anonymous=(), named=()):
    """Ask as the step does."""
    async with inbound.transaction(0) as transaction:
        return await transaction.society(anonymous, named)


def tenant(tenant_id="acme", *, environment_id=ENV, **properties):
    """A tenant as it comes from the API."""
    return Tenant(
        environment_id=environment_id, id=tenant_id, name="Acme", properties=properties, settings={"brand_id": "b"}
    )


async def test_a_link_is_found_again(inbound):
    """Each environment has its own, and strangers are left out."""
    await leave(inbound, links=[Link(ENV, "a:x", "u:ann", 5), Link(2, "a:x", "u:bob", 5)])
    keys = [(ENV, f"a:{at}") for at in range(1200)]
    society = await found(inbound, [(ENV, "a:x"), (2, "a:x"), (3, "a:x"), *keys])
    assert society.links == {(ENV, "a:x"): "u:ann", (2, "a:x"): "u:bob"}


async def test_a_second_link_is_no_link(inbound):
    """Whoever took an anonymous user for new, and was wrong, is told to decide again; nothing of theirs stands."""
    await leave(inbound, links=[Link(ENV, "a:x", "u:ann", 5)])
    with pytest.raises(Unavailable):
        await leave(inbound, after=1, links=[Link(ENV, "a:y", "u:bob", 5), Link(ENV, "a:x", "u:bob", 5)])
    society = await found(inbound, [(ENV, "a:x"), (ENV, "a:y")])
    assert society.links == {(ENV, "a:x"): "u:ann"}
    await leave(inbound, after=1)


async def test_a_tenant_keeps_what_only_the_api_sets(inbound, tenants):
    """Group calls change name and properties; the rest stays as the API left it."""
    await tenants.put(tenant(plan="free"), now=1)
    write = TenantWrite(ENV, "acme", "ACME Inc.", {"plan": "pro"}, 7, is_new=False)
    await leave(inbound, tenants=[write])
    stored = await tenants.find(ENV, "acme")
    assert (stored.name, stored.properties, stored.settings) == ("ACME Inc.", {"plan": "pro"}, {"brand_id": "b"})
    society = await found(inbound, named=[(ENV, "acme"), (2, "acme"), (ENV, "other")])
    assert society.tenants == {(ENV, "acme"): NamedTenant("ACME Inc.", {"plan": "pro"}, updated=7)}


async def test_a_tenant_taken_for_new_is_not_overwritten(inbound, tenants):
    """The API may have made it since: the batch is decided again."""
    await tenants.put(tenant(plan="free"), now=1)
    with pytest.raises(Unavailable):
        await leave(inbound, tenants=[TenantWrite(ENV, "acme", "x", {}, 7, is_new=True)])
    assert (await tenants.find(ENV, "acme")).properties == {"plan": "free"}


async def test_members_are_listed_by_tenant(inbound, tenants):
    """A user's tenants come in pages, once each however often they joined, and of no other environment."""
    joinings = [Joining(ENV, "u:ann", f"t{at}", 1) for at in range(5)]
    await leave(inbound, joinings=[*joinings, Joining(2, "u:ann", "theirs", 1), Joining(ENV, "a:x", "t9", 1)])
    await leave(inbound, after=1, joinings=joinings[:2])
    first = await tenants.memberships(ENV, "ann", limit=3, cursor=None)
    rest = await tenants.memberships(ENV, "ann", limit=3, cursor=first.cursor)
    assert [member.tenant_id for member in [*first.items, *rest.items]] == ["t0", "t1", "t2", "t3", "t4"]
    assert rest.cursor is None
    (anonymous,) = (await tenants.memberships(ENV, "x", limit=3, cursor=None)).items
    assert (anonymous.user_id, anonymous.tenant_id) == ("x", "t9")
    assert (await tenants.memberships(ENV, "nobody", limit=3, cursor=None)).items == []
    with pytest.raises(InvalidInput):
        await tenants.memberships(ENV, "ann", limit=3, cursor="made up")


async def test_tenants_live_apart(tenants):
    """The same id in another environment is another tenant, and putting replaces all of one."""
    await tenants.put(tenant(plan="free", seats=12345678901234567890), now=1)
    await tenants.put(tenant(environment_id=2, theirs=True), now=1)
    await tenants.put(tenant(plan="pro"), now=2)
    assert (await tenants.find(ENV, "acme")).properties == {"plan": "pro"}
    assert (await tenants.find(2, "acme")).properties == {"theirs": True}
    assert await tenants.find(3, "acme") is None
