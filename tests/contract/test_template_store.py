import asyncio

import pytest
from sqlalchemy import select

from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.tables import revisions
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.errors import Conflict, InvalidInput, NotFound
from tidings.event_maps import EventMap
from tidings.templates import TemplateVersion

ENV = 1


@pytest.fixture
def templates(database):
    """The templates of an empty database."""
    return SqlTemplateStore(database)


@pytest.fixture
def event_maps(database):
    """The event maps of the same database."""
    return SqlEventMapStore(database)


def draft(template_id="nt_welcome", name="Welcome", *, created=1, creator="ann", **more):
    """A draft that is told by its name."""
    content = {"version": "2022-01-01", "elements": [{"type": "text", "content": name}]}
    return TemplateVersion(
        template_id=template_id, version=0, name=name, content=content, created=created, creator=creator, **more
    )


async def mapping_revision(database):
    """Read what caches of event maps watch."""
    async with database.read() as connection:
        return await connection.scalar(select(revisions.c.revision).where(revisions.c.kind == "mapping"))


async def test_who_writes_after_another_is_told(templates):
    """A replacement that says when the template was read conflicts once somebody wrote since."""
    read = await templates.create(ENV, draft())
    other = await templates.replace(ENV, draft(name="Theirs", created=2), aliases=None, unchanged_since=read.updated)

    with pytest.raises(Conflict, match="was changed since you read it"):
        await templates.replace(ENV, draft(name="Ours", created=3), aliases=None, unchanged_since=read.updated)
    assert await templates.get(ENV, "nt_welcome") == other


async def test_a_new_template_is_a_draft(templates):
    """A created template is not published, and its draft is what was given."""
    given = draft(tags=("a", "b"), brand_id="br", topic_id="tp", routing_strategy_id="rs")

    made = await templates.create(ENV, given, aliases=["Signed Up"])

    assert (made.state, made.published_version, made.archived, made.alias) == ("DRAFT", None, False, ("Signed Up",))
    assert made.draft == given
    assert (made.created, made.creator, made.updated, made.updater) == (1, "ann", 1, "ann")
    assert await templates.get(ENV, "nt_welcome") == made


async def test_an_id_is_taken_once(templates):
    """Creating a template under an id that is taken is a conflict, and the first stays."""
    await templates.create(ENV, draft())

    with pytest.raises(Conflict, match="nt_welcome"):
        await templates.create(ENV, draft(name="Other"))

    assert (await templates.get(ENV, "nt_welcome")).draft.name == "Welcome"


async def test_an_alias_is_taken_once(templates):
    """Creating a template with an alias of another is a conflict, and nothing of it is kept."""
    await templates.create(ENV, draft(), aliases=["Signed Up"])

    with pytest.raises(Conflict, match="Signed Up"):
        await templates.create(ENV, draft("nt_other"), aliases=["free", "Signed Up"])

    assert not await templates.exists(ENV, "nt_other")
    assert not await templates.exists(ENV, "free")


async def test_an_alias_given_twice_counts_once(templates):
    """Naming the same event twice maps it once."""
    made = await templates.create(ENV, draft(), aliases=["b", "a", "b"])

    assert made.alias == ("a", "b")


async def test_replacing_changes_the_draft(templates):
    """A replaced draft is what is read; who made the template and when stays."""
    await templates.create(ENV, draft())

    changed = await templates.replace(ENV, draft(name="Hello", created=9, creator="bob"), aliases=None)

    assert changed.draft == draft(name="Hello", created=9, creator="bob")
    assert (changed.created, changed.creator, changed.updated, changed.updater) == (1, "ann", 9, "bob")


async def test_replacing_without_aliases_keeps_them(templates):
    """A replacement that says nothing of aliases leaves the event maps alone."""
    await templates.create(ENV, draft(), aliases=["a", "b"])

    assert (await templates.replace(ENV, draft(), aliases=None)).alias == ("a", "b")


async def test_replacing_with_aliases_makes_exactly_these(templates, event_maps):
    """A replacement that names aliases maps these events and no others."""
    await templates.create(ENV, draft(), aliases=["a", "b"])

    changed = await templates.replace(ENV, draft(), aliases=["b", "c"])

    assert changed.alias == ("b", "c")
    assert await event_maps.all(ENV) == [EventMap("b", "nt_welcome"), EventMap("c", "nt_welcome")]


async def test_replacing_with_no_aliases_unmaps_all(templates):
    """A replacement with an empty list of aliases unmaps the template's events."""
    await templates.create(ENV, draft(), aliases=["a"])

    assert (await templates.replace(ENV, draft(), aliases=[])).alias == ()


async def test_replacing_with_a_taken_alias_changes_nothing(templates):
    """An alias of another template is a conflict, and the draft stays as it was."""
    await templates.create(ENV, draft(), aliases=["a"])
    await templates.create(ENV, draft("nt_other"), aliases=["b"])

    with pytest.raises(Conflict, match="'a'"):
        await templates.replace(ENV, draft("nt_other", "New"), aliases=["a"])

    standing = await templates.get(ENV, "nt_other")
    assert (standing.draft.name, standing.alias) == ("Welcome", ("b",))


async def test_replacing_an_unknown_template_is_not_found(templates):
    """There is nothing to replace under an id nobody has created."""
    with pytest.raises(NotFound):
        await templates.replace(ENV, draft(), aliases=None)


async def test_publishing_numbers_versions_from_one(templates):
    """Each publishing of the draft makes the next version, even when nothing changed."""
    await templates.create(ENV, draft())

    first = await templates.publish(ENV, "nt_welcome", version=None, by="bob", now=5)
    second = await templates.publish(ENV, "nt_welcome", version=None, by="eve", now=6)

    assert (first.state, first.published_version, second.published_version) == ("PUBLISHED", 1, 2)
    assert (second.updated, second.updater) == (6, "eve")


async def test_a_published_version_says_who_and_when(templates):
    """A version carries the draft's content, and who published it when."""
    await templates.create(ENV, draft(tags=("t",), brand_id="br"))
    await templates.publish(ENV, "nt_welcome", version=None, by="bob", now=5)

    version = await templates.version(ENV, "nt_welcome", 1)

    assert (version.version, version.created, version.creator) == (1, 5, "bob")
    assert (version.name, version.tags, version.brand_id, version.content) == (
        "Welcome",
        ("t",),
        "br",
        draft().content,
    )


async def test_published_versions_never_change(templates):
    """Writing the draft again leaves the published version as it was."""
    await templates.create(ENV, draft())
    await templates.publish(ENV, "nt_welcome", version=None, by="bob", now=5)
    before = await templates.version(ENV, "nt_welcome", 1)

    await templates.replace(ENV, draft(name="Changed", created=9), aliases=None)

    assert await templates.version(ENV, "nt_welcome", 1) == before
    assert (await templates.published([(ENV, "nt_welcome")]))[ENV, "nt_welcome"] == before


async def test_rolling_back_publishes_an_old_version(templates):
    """Publishing an old number sends its content again and makes no new version; the draft stays."""
    await templates.create(ENV, draft(name="One"))
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)
    await templates.replace(ENV, draft(name="Two"), aliases=None)
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=2)

    back = await templates.publish(ENV, "nt_welcome", version=1, by="ann", now=3)

    assert (back.published_version, back.draft.name) == (1, "Two")
    assert (await templates.published([(ENV, "nt_welcome")]))[ENV, "nt_welcome"].name == "One"
    assert (await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=4)).published_version == 3


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
async def test_only_versions_that_exist_are_published(templates, version):
    """A number without a version, and the draft's 0, is not found, and nothing changes."""
    await templates.create(ENV, draft())
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)

    with pytest.raises(NotFound):
        await templates.publish(ENV, "nt_welcome", version=version, by="ann", now=2)

    assert (await templates.get(ENV, "nt_welcome")).published_version == 1


async def test_publishing_an_unknown_template_is_not_found(templates):
    """There is nothing to publish under an id nobody has created."""
    with pytest.raises(NotFound):
        await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)


async def test_publishing_at_the_same_time_numbers_each(templates):
    """Publishings that race get a version each."""
    await templates.create(ENV, draft())

    published = await asyncio.gather(
        *(templates.publish(ENV, "nt_welcome", version=None, by="ann", now=now) for now in range(10))
    )

    assert sorted(template.published_version for template in published) == list(range(1, 11))


async def test_an_archived_template_sends_no_more_and_stays_readable(templates, event_maps):
    """Archiving keeps template, versions and event maps to read, and takes it out of what is sent."""
    await templates.create(ENV, draft(), aliases=["Signed Up"])
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)

    await templates.archive(ENV, "nt_welcome", now=2)

    assert await templates.published([(ENV, "nt_welcome"), (ENV, "Signed Up")]) == {}
    assert (await templates.get(ENV, "nt_welcome")).archived
    assert (await templates.version(ENV, "nt_welcome", 1)).name == "Welcome"
    assert await event_maps.get(ENV, "Signed Up") == EventMap("Signed Up", "nt_welcome")


async def test_archiving_twice_is_harmless(templates):
    """A template that is archived already stays archived."""
    await templates.create(ENV, draft())
    await templates.archive(ENV, "nt_welcome", now=2)

    await templates.archive(ENV, "nt_welcome", now=3)

    assert (await templates.get(ENV, "nt_welcome")).archived


async def test_an_archived_template_is_not_written(templates):
    """An archived template can be neither replaced nor published."""
    await templates.create(ENV, draft())
    await templates.archive(ENV, "nt_welcome", now=2)

    with pytest.raises(NotFound):
        await templates.replace(ENV, draft(), aliases=None)
    with pytest.raises(NotFound):
        await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=3)


async def test_the_unknown_is_not_found(templates):
    """Reading, archiving and asking for a version say when there is none."""
    with pytest.raises(NotFound):
        await templates.get(ENV, "nt_none")
    with pytest.raises(NotFound):
        await templates.archive(ENV, "nt_none", now=1)
    with pytest.raises(NotFound):
        await templates.version(ENV, "nt_none", 0)


@pytest.mark.parametrize("version", [1, -1, 10**30])
async def test_an_unknown_version_is_not_found(templates, version):
    """A template has no version that was not published."""
    await templates.create(ENV, draft())

    with pytest.raises(NotFound):
        await templates.version(ENV, "nt_welcome", version)


async def test_version_zero_is_the_draft(templates):
    """The draft is read as version 0."""
    await templates.create(ENV, draft())

    assert await templates.version(ENV, "nt_welcome", 0) == draft()


async def test_versions_page_newest_first(templates):
    """Pages of versions give every published version once, newest first, and never the draft."""
    await templates.create(ENV, draft())
    for now in range(5):
        await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=now)

    numbers, cursor = [], None
    while True:
        page = await templates.versions(ENV, "nt_welcome", limit=2, cursor=cursor)
        numbers.append([version.version for version in page.items])
        if (cursor := page.cursor) is None:
            break

    assert numbers == [[5, 4], [3, 2], [1]]


async def test_a_full_last_page_has_no_cursor(templates):
    """When nothing follows, the page says so even when it is full."""
    await templates.create(ENV, draft())
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)

    assert (await templates.versions(ENV, "nt_welcome", limit=1, cursor=None)).cursor is None


async def test_templates_page_newest_first(templates):
    """Pages of templates give every template once, newest first, those of one instant too."""
    for number in range(7):
        await templates.create(ENV, draft(f"nt_{number}", created=number // 3), aliases=[f"e{number}"])

    pages, cursor = [], None
    while True:
        page = await templates.page(ENV, limit=3, cursor=cursor)
        pages.append([(template.id, template.alias) for template in page.items])
        if (cursor := page.cursor) is None:
            break

    assert [[template_id for template_id, _ in page] for page in pages] == [
        ["nt_6", "nt_5", "nt_4"],
        ["nt_3", "nt_2", "nt_1"],
        ["nt_0"],
    ]
    assert pages[2] == [("nt_0", ("e0",))]


async def test_archived_templates_are_not_listed(templates):
    """The listing leaves archived templates out."""
    await templates.create(ENV, draft("nt_a"))
    await templates.create(ENV, draft("nt_b"))
    await templates.archive(ENV, "nt_a", now=1)

    assert [template.id for template in (await templates.page(ENV, limit=10, cursor=None)).items] == ["nt_b"]


async def test_listing_by_event(templates):
    """The listing can be narrowed to the template that an event sends."""
    await templates.create(ENV, draft("nt_a"), aliases=["x"])
    await templates.create(ENV, draft("nt_b"), aliases=["y"])

    page = await templates.page(ENV, limit=10, cursor=None, event_id="y")

    assert [template.id for template in page.items] == ["nt_b"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!", "bnVsbA==", "WzEsIDJd", "WzE5OTk5OTk5OTk5OTk5OTk5OTk5OSwieCJd", "é"]
)
async def test_a_cursor_of_somebody_else_is_refused(templates, cursor):
    """A cursor that no page gave is the caller's fault, and says so."""
    with pytest.raises(InvalidInput) as refused:
        await templates.page(ENV, limit=10, cursor=cursor)
    assert refused.value.path == "cursor"
    with pytest.raises(InvalidInput):
        await templates.versions(ENV, "nt_welcome", limit=10, cursor=cursor)


async def test_published_finds_by_id_and_by_event(templates):
    """What to send is found under the template's id and under each of its events."""
    await templates.create(ENV, draft(), aliases=["Signed Up"])
    await templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1)

    found = await templates.published([(ENV, "nt_welcome"), (ENV, "Signed Up"), (ENV, "signed up")])

    assert {key: version.name for key, version in found.items()} == {
        (ENV, "nt_welcome"): "Welcome",
        (ENV, "Signed Up"): "Welcome",
    }


async def test_an_id_comes_before_an_event_of_that_name(templates):
    """A name that is a template's id means that template, even where it is also an event of another."""
    await templates.create(ENV, draft("x", "By id"))
    await templates.create(ENV, draft("y", "By event"), aliases=["x"])
    await templates.publish(ENV, "y", version=None, by="ann", now=1)

    assert await templates.published([(ENV, "x")]) == {}

    await templates.publish(ENV, "x", version=None, by="ann", now=2)
    assert (await templates.published([(ENV, "x")]))[ENV, "x"].name == "By id"


async def test_the_unpublished_are_left_out(templates):
    """A template that was never published has nothing to send."""
    await templates.create(ENV, draft(), aliases=["Signed Up"])

    assert await templates.published([(ENV, "nt_welcome"), (ENV, "Signed Up")]) == {}
    assert await templates.published([]) == {}


async def test_many_keys_are_found_at_once(templates):
    """A batch of more keys than one statement takes is answered as one."""
    await templates.create(ENV, draft("nt_1199"))
    await templates.publish(ENV, "nt_1199", version=None, by="ann", now=1)

    found = await templates.published([(ENV, f"nt_{number}") for number in range(1_203)])

    assert set(found) == {(ENV, "nt_1199")}


async def test_what_exists(templates):
    """A template's id and a mapped event exist, published or not, archived or not; nothing else does."""
    await templates.create(ENV, draft(), aliases=["Signed Up"])
    await templates.archive(ENV, "nt_welcome", now=1)

    assert await templates.exists(ENV, "nt_welcome")
    assert await templates.exists(ENV, "Signed Up")
    assert not await templates.exists(ENV, "Signed")


async def test_every_change_moves_the_mapping_revision(templates, database):
    """Whoever holds event maps learns of each change to a template by the revision."""
    revision = [await mapping_revision(database)]
    for change in (
        templates.create(ENV, draft()),
        templates.replace(ENV, draft(), aliases=["a"]),
        templates.publish(ENV, "nt_welcome", version=None, by="ann", now=1),
        templates.publish(ENV, "nt_welcome", version=1, by="ann", now=2),
        templates.archive(ENV, "nt_welcome", now=3),
    ):
        await change
        revision.append(await mapping_revision(database))

    assert revision == [None, 1, 2, 3, 4, 5]


async def test_a_refused_change_leaves_the_mapping_revision(templates, database):
    """A change that came to nothing moves no revision."""
    await templates.create(ENV, draft())

    with pytest.raises(Conflict):
        await templates.create(ENV, draft())

    assert await mapping_revision(database) == 1
