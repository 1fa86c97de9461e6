"""What any store of tenants' templates, and of the lines that tenants stand in, must do."""

import pytest

from tidings.backends.sql import tenant_template_store
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.errors import NotFound, TooLarge
from tidings.templates import TemplateVersion
from tidings.tenants import Tenant, TenantTemplateVersion


@pytest.fixture
async def tenants(database):
    """A store that knows three tenants, one above the other."""
    store = SqlTenantStore(database)
    for tenant_id, parent, brand in (("acme", "group", ""), ("group", "holding", "g"), ("holding", "", "h")):
        settings = {"parent_tenant_id": parent, "brand_id": brand, "user_profile": {"by": tenant_id, tenant_id: 1}}
        properties = {"plan": tenant_id, f"of_{tenant_id}": True}
        await store.put(
            Tenant(environment_id=1, id=tenant_id, name=tenant_id.title(), properties=properties, settings=settings),
            now=1,
        )
    return store


@pytest.fixture
def own(database, tenants):
    """The templates of these tenants."""
    assert tenants
    return SqlTenantTemplateStore(database)


def written(text="Hello", *, template_id="nt_a", tenant_id="acme", created=5, **fields):
    """A writing that is told by its title."""
    content = {"title": text, "body": "ü 日本"}
    return TenantTemplateVersion(
        tenant_id=tenant_id,
        template_id=template_id,
        version=0,
        content=content,
        created=created,
        creator="me",
        **fields,
    )


async def test_what_stands_above_is_handed_down(tenants):
    """A tenant's own words beat those above it, key by key; strangers and other environments have no line."""
    found = await tenants.lineages([(1, "acme"), (1, "holding"), (1, "nobody"), (2, "acme")])
    assert set(found) == {(1, "acme"), (1, "holding")}
    line = found[(1, "acme")]
    assert line.ids == ("acme", "group", "holding")
    assert line.brand_id == "g"
    assert line.user_profile == {"by": "acme", "holding": 1, "group": 1, "acme": 1}
    assert line.variables()["plan"] == "acme"
    assert line.variables()["of_holding"] is True
    assert (line.variables()["id"], line.variables()["name"]) == ("acme", "Acme")


async def test_a_line_has_four_levels_and_no_circles(tenants):
    """Whatever stands above the fourth is not read, and a tenant that stands above itself ends its line."""
    for number in range(6):
        settings = {"parent_tenant_id": f"t{number + 1}"}
        await tenants.put(Tenant(environment_id=1, id=f"t{number}", name="T", properties={}, settings=settings), now=1)
    loop = Tenant(environment_id=1, id="loop", name="L", properties={}, settings={"parent_tenant_id": "loop"})
    await tenants.put(loop, now=1)
    found = await tenants.lineages([(1, "t0"), (1, "t3"), (1, "loop")])
    assert found[(1, "t0")].ids == ("t0", "t1", "t2", "t3")
    assert found[(1, "t3")].ids == ("t3", "t4", "t5")
    assert found[(1, "loop")].ids == ("loop",)


async def test_every_writing_is_a_version(own):
    """Versions count from 1, are read again as they were written, and none is sent before it is published."""
    first, created = await own.put(1, written("One", options={"routing": {"method": "all"}}), publish=False)
    assert (created, first.latest.version, first.published_version) == (True, 1, None)
    assert await own.published([(1, "acme", "nt_a")]) == {}
    second, created = await own.put(1, written("Two", created=9), publish=True)
    assert (created, second.latest.version, second.published_version) == (False, 2, 2)
    assert (second.created, second.updated, second.published) == (5, 9, 9)
    old = await own.version(1, "acme", "nt_a", 1)
    assert (old.content["title"], old.options) == ("One", {"routing": {"method": "all"}})
    assert (await own.version(1, "acme", "nt_a", None)).content["title"] == "Two"
    assert await own.get(1, "acme", "nt_a") == second


async def test_an_old_version_is_published_again(own):
    """Publishing names a version, or the latest; an unknown one is not found and changes nothing."""
    await own.put(1, written("One"), publish=True)
    await own.put(1, written("Two"), publish=False)
    key = (1, "acme", "nt_a")
    assert (await own.published([key]))[key].content["title"] == "One"
    assert (await own.publish(*key, version=None, now=7)).published_version == 2
    assert (await own.publish(*key, version=1, now=8)).published == 8
    for version in (0, 3, 10**12):
        with pytest.raises(NotFound):
            await own.publish(*key, version=version, now=9)
    assert (await own.published([key]))[key].version == 1


async def test_deleting_gives_the_word_back(own):
    """After it nothing of the tenant's is sent; writing again begins at 1."""
    await own.put(1, written(), publish=True)
    await own.delete(1, "acme", "nt_a")
    assert await own.published([(1, "acme", "nt_a")]) == {}
    with pytest.raises(NotFound):
        await own.delete(1, "acme", "nt_a")
    with pytest.raises(NotFound):
        await own.get(1, "acme", "nt_a")
    again, created = await own.put(1, written(), publish=False)
    assert (created, again.latest.version) == (True, 1)


async def test_a_tenants_templates_are_listed(own):
    """By template id, page by page; other tenants and environments have their own."""
    for name in ("nt_c", "nt_a", "nt_b"):
        await own.put(1, written(template_id=name), publish=False)
    await own.put(1, written(tenant_id="group"), publish=False)
    first = await own.page(1, "acme", limit=2, cursor=None)
    rest = await own.page(1, "acme", limit=2, cursor=first.cursor)
    assert [item.template_id for page in (first, rest) for item in page.items] == ["nt_a", "nt_b", "nt_c"]
    assert rest.cursor is None
    assert not (await own.page(2, "acme", limit=2, cursor=None)).items


async def test_a_tenant_nobody_knows_writes_nothing(own):
    """Nor one of another environment."""
    with pytest.raises(NotFound, match="nobody"):
        await own.put(1, written(tenant_id="nobody"), publish=True)
    with pytest.raises(NotFound):
        await own.put(2, written(), publish=True)


async def test_what_is_archived_is_sent_in_nobodys_name(own, database):
    """Archiving the environment's template silences the tenants' words for it, too."""
    templates = SqlTemplateStore(database)
    await templates.create(1, TemplateVersion(template_id="nt_a", version=0, name="A", content={}))
    await own.put(1, written(), publish=True)
    assert await own.published([(1, "acme", "nt_a")])
    await templates.archive(1, "nt_a", now=9)
    assert await own.published([(1, "acme", "nt_a")]) == {}


async def test_old_writings_are_forgotten_but_not_what_is_sent(own, monkeypatch):
    """The newest are kept, and the published one however old."""
    monkeypatch.setattr(tenant_template_store, "VERSIONS_MAX", 3)
    for number in range(6):
        await own.put(1, written(str(number)), publish=number == 1)
    for version, kept in ((1, False), (2, True), (3, False), (4, True), (6, True)):
        try:
            await own.version(1, "acme", "nt_a", version)
            assert kept, version
        except NotFound:
            assert not kept, version


async def test_a_tenant_has_so_many(own, monkeypatch):
    """One more is refused; writing those that are there goes on."""
    monkeypatch.setattr(tenant_template_store, "TEMPLATES_MAX", 1)
    await own.put(1, written(), publish=False)
    with pytest.raises(TooLarge):
        await own.put(1, written(template_id="nt_b"), publish=False)
    await own.put(1, written("Two"), publish=False)
