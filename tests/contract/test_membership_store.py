"""Who belongs to which tenant, and which tenants there are: the ports' law, on every backend."""

import asyncio

import pytest

from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.effects import Effects, Joining
from tidings.errors import InvalidInput, NotFound
from tidings.tenants import Tenant, TenantTemplateVersion

ENV = 1


@pytest.fixture
def memberships(database):
    """The memberships of an empty database."""
    return SqlMembershipStore(database)


@pytest.fixture
def tenants(database):
    """The tenants of an empty database."""
    return SqlTenantStore(database)


@pytest.fixture
def joined(database):
    """Join as the inbound step does."""

    async def join(*joinings):
        async with SqlInboundStore(database).transaction(0) as transaction:
            after = await transaction.offset()
            effects = Effects(joinings=joinings)
            assert await transaction.apply(effects, after=after, through=after + 1, received_at=1)

    return join


def tenant(tenant_id="acme", environment_id=ENV, **settings):
    """A tenant."""
    return Tenant(environment_id=environment_id, id=tenant_id, name=tenant_id, properties={}, settings=settings)


async def of(memberships, tenant_id="acme", environment_id=ENV):
    """List a tenant's members."""
    page = await memberships.members(environment_id, tenant_id, limit=50, cursor=None)
    return [(member.user_key, member.profile) for member in page.items]


async def test_a_member_has_a_profile_of_its_own(memberships, joined):
    """What the API says of a member stays when a group call or a later joining says nothing of it."""
    await memberships.join(ENV, "ann", {"acme": {"title": "CEO"}, "beta": None}, now=1)
    await joined(Joining(ENV, "u:ann", "acme", 2), Joining(ENV, "u:bob", "acme", 2))
    await memberships.join(ENV, "ann", {"acme": None}, now=3)

    assert await of(memberships) == [("u:ann", {"title": "CEO"}), ("u:bob", None)]
    await memberships.join(ENV, "ann", {"acme": {}}, now=4)
    assert (await of(memberships))[0] == ("u:ann", {})
    assert await of(memberships, "beta") == [("u:ann", None)]
    assert await of(memberships, environment_id=2) == []


async def test_members_come_in_pages(memberships):
    """A tenant's users are listed by key, each once."""
    for number in range(5):
        await memberships.join(ENV, f"user-{number}", {"acme": None}, now=1)
    first = await memberships.members(ENV, "acme", limit=3, cursor=None)
    rest = await memberships.members(ENV, "acme", limit=3, cursor=first.cursor)

    assert [each.user_id for each in [*first.items, *rest.items]] == [f"user-{number}" for number in range(5)]
    assert rest.cursor is None
    with pytest.raises(InvalidInput):
        await memberships.members(ENV, "acme", limit=3, cursor="made up")


async def test_who_leaves_is_out(memberships, joined):
    """One tenant or all of them; an anonymous user only when no user of that id was in."""
    await memberships.join(ENV, "ann", {"acme": None, "beta": None}, now=1)
    await joined(Joining(ENV, "a:ann", "acme", 2))

    assert await memberships.leave(ENV, "ann", tenant_id="acme") == 1
    assert await of(memberships) == [("a:ann", None)]
    assert await memberships.leave(ENV, "ann", tenant_id="acme") == 1
    assert await memberships.leave(ENV, "ann", tenant_id="acme") == 0
    assert await memberships.leave(2, "ann", tenant_id=None) == 0
    assert await memberships.leave(ENV, "ann", tenant_id=None) == 1


async def test_members_are_found_by_key(memberships, tenants):
    """Who is no member is left out; who is one without more has None."""
    await memberships.join(ENV, "ann", {"acme": {"a": 1}, "beta": None}, now=1)
    keys = [(ENV, "u:ann", "acme"), (ENV, "u:ann", "beta"), (ENV, "u:bob", "acme"), (2, "u:ann", "acme")]

    assert await tenants.member_profiles(keys) == {(ENV, "u:ann", "acme"): {"a": 1}, (ENV, "u:ann", "beta"): None}
    assert await tenants.member_profiles([]) == {}


async def test_tenants_are_listed_by_id(tenants):
    """In pages, those of one environment; or those below one tenant."""
    for name in ("c", "a", "d", "b"):
        await tenants.put(tenant(name, parent_tenant_id="a") if name in "cd" else tenant(name), now=1)
    await tenants.put(tenant("theirs", 2), now=1)
    first = await tenants.page(ENV, parent_id=None, limit=3, cursor=None)
    rest = await tenants.page(ENV, parent_id=None, limit=3, cursor=first.cursor)
    assert [each.id for each in [*first.items, *rest.items]] == ["a", "b", "c", "d"]
    assert rest.cursor is None

    below = await tenants.page(ENV, parent_id="a", limit=1, cursor=None)
    more = await tenants.page(ENV, parent_id="a", limit=1, cursor=below.cursor)
    assert ([each.id for each in below.items], [each.id for each in more.items]) == (["c"], ["d"])
    assert more.cursor is None


async def test_those_below_are_looked_for_in_bounded_steps(tenants, monkeypatch):
    """A look goes through so many tenants; the cursor goes on behind them."""
    monkeypatch.setattr("tidings.backends.sql.tenant_store._LOOK", 2)
    for name in ("a", "b", "c", "d"):
        await tenants.put(tenant(name, parent_tenant_id="x") if name == "d" else tenant(name), now=1)
    first = await tenants.page(ENV, parent_id="x", limit=5, cursor=None)
    second = await tenants.page(ENV, parent_id="x", limit=5, cursor=first.cursor)
    assert (first.items, [each.id for each in second.items], second.cursor) == ([], ["d"], None)


async def test_a_deleted_tenant_leaves_nothing(tenants, memberships, database):
    """Its members and its own templates go with it; another's of the same id stay."""
    for environment_id in (ENV, 2):
        await tenants.put(tenant(environment_id=environment_id), now=1)
        await memberships.join(environment_id, "ann", {"acme": None, "beta": None}, now=1)
        words = TenantTemplateVersion(tenant_id="acme", template_id="nt_a", version=0, content={}, created=1)
        await SqlTenantTemplateStore(database).put(environment_id, words, publish=True)
    await tenants.delete(ENV, "acme")

    assert await tenants.find(ENV, "acme") is None
    assert (await of(memberships), await of(memberships, "beta")) == ([], [("u:ann", None)])
    keys = [(ENV, "acme", "nt_a"), (2, "acme", "nt_a")]
    assert list(await SqlTenantTemplateStore(database).published(keys)) == [(2, "acme", "nt_a")]
    assert await of(memberships, environment_id=2) == [("u:ann", None)]
    with pytest.raises(NotFound):
        await tenants.delete(ENV, "acme")


async def test_default_preferences_are_changed_one_by_one(tenants):
    """An item replaces that of its topic; changes at once all hold; nothing else of the tenant changes."""
    await tenants.put(tenant(brand_id="br"), now=1)
    items = [{"id": f"t{number}", "status": "OPTED_OUT"} for number in range(5)]
    await asyncio.gather(*(tenants.prefer(ENV, "acme", item["id"], item, now=1) for item in items))
    await tenants.prefer(ENV, "acme", "t0", None, now=2)
    await tenants.prefer(ENV, "acme", "t1", {"id": "t1", "status": "REQUIRED"}, now=3)

    settings = (await tenants.find(ENV, "acme")).settings
    found = {item["id"]: item["status"] for item in settings["default_preferences"]["items"]}
    assert found == {"t1": "REQUIRED", "t2": "OPTED_OUT", "t3": "OPTED_OUT", "t4": "OPTED_OUT"}
    assert settings["brand_id"] == "br"
    with pytest.raises(NotFound):
        await tenants.prefer(2, "acme", "t1", None, now=4)
