import pytest

from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.errors import Conflict, NotFound
from tidings.preferences import Preference, PreferencePage, Section, Topic

OURS, THEIRS = 1, 2


@pytest.fixture
def store(database):
    """The topics and choices of an empty database."""
    return SqlPreferenceStore(database)


def a_section(section_id="s", **fields):
    """A section with defaults."""
    return Section(**{"environment_id": OURS, "name": "S", "created": 1, "updated": 1, **fields}, id=section_id)


def a_topic(topic_id="t", **fields):
    """A topic with defaults."""
    defaults = {"environment_id": OURS, "section_id": "s", "name": "T", "created": 1, "updated": 1}
    return Topic(**{**defaults, "default_status": "OPTED_IN", **fields}, id=topic_id)


async def test_sections_and_topics_are_made_and_replaced(store):
    """When and by whom they were made stays; everything else is replaced."""
    await store.put_section(a_section(creator="ann"), create=True)
    await store.put_topic(a_topic(creator="ann", topic_data={"a": 1}), create=True)

    await store.put_section(a_section(name="S2", created=9, creator="bob", updated=9), create=False)
    await store.put_topic(a_topic(default_status="REQUIRED", created=9, updated=9), create=False)

    assert await store.sections(OURS) == [a_section(name="S2", creator="ann", updated=9)]
    assert await store.all_topics(OURS) == [a_topic(default_status="REQUIRED", creator="ann", updated=9)]


async def test_what_is_unknown(store):
    """Nothing is replaced or deleted that is not there, and a topic needs its section."""
    await store.put_section(a_section("other"), create=True)
    for doing in (
        store.put_section(a_section(), create=False),
        store.delete_section(OURS, "s"),
        store.put_topic(a_topic(), create=True),
        store.put_topic(a_topic(section_id="other"), create=False),
        store.delete_topic(OURS, "other", "t"),
    ):
        with pytest.raises(NotFound):
            await doing


async def test_a_section_with_topics_stays(store):
    """It can be deleted when its topics are."""
    await store.put_section(a_section(), create=True)
    await store.put_topic(a_topic(), create=True)
    with pytest.raises(Conflict):
        await store.delete_section(OURS, "s")

    await store.delete_topic(OURS, "s", "t")
    await store.delete_section(OURS, "s")

    assert await store.sections(OURS) == await store.all_topics(OURS) == []


async def test_choices_are_kept_and_forgotten_together(store):
    """One call may keep some and forget others; a choice in a tenant is another choice."""
    here = Preference(topic_id="t", status="OPTED_OUT", channels=(), updated=1)
    there = Preference(topic_id="t", status="OPTED_IN", channels=("email", "sms"), tenant_id="acme", updated=2)
    gone = Preference(topic_id="u", status="OPTED_IN", updated=1)
    await store.choose(OURS, "ann", put=[here, gone], drop=[])
    await store.choose(OURS, "ann", put=[there], drop=[("u", ""), ("never", "")])

    assert await store.chosen([(OURS, "ann"), (OURS, "bob")]) == {(OURS, "ann"): [here, there]}


async def test_environments_are_worlds_apart(store):
    """Topics and choices of one id live apart."""
    await store.put_section(a_section(environment_id=THEIRS), create=True)
    await store.put_topic(a_topic(environment_id=THEIRS), create=True)
    await store.choose(THEIRS, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])

    assert await store.sections(OURS) == []
    assert await store.topics([(OURS, "t")]) == {}
    assert list(await store.topics([(THEIRS, "t")])) == [(THEIRS, "t")]
    assert await store.chosen([(OURS, "ann")]) == {}


async def test_choices_are_on_record(store):
    """Each is logged with what stood before, newest first, by user, tenant and time; others' are not shown."""
    first = Preference(topic_id="t", status="OPTED_OUT", updated=1_000)
    then = Preference(topic_id="t", status="OPTED_IN", channels=("email",), updated=2_000)
    there = Preference(topic_id="t", status="OPTED_OUT", tenant_id="acme", updated=3_000)
    for each in (first, then, there):
        await store.choose(1, "ann", put=[each], drop=[])
    await store.choose(1, "bob", put=[first], drop=[])
    await store.choose(2, "ann", put=[first], drop=[("t", "")])

    async def logged(**where):
        asked = {"user_id": None, "tenant_id": None, "since": None, "limit": 10, "cursor": None, **where}
        return await store.logs(1, **asked)

    anns = (await logged(user_id="ann")).items
    assert [(each.at, each.chosen.status, each.tenant_id) for each in anns] == [
        (3_000, "OPTED_OUT", "acme"), (2_000, "OPTED_IN", ""), (1_000, "OPTED_OUT", ""),
    ]  # fmt: skip
    assert (anns[1].chosen.channels, anns[1].previous.status, anns[2].previous) == (("email",), "OPTED_OUT", None)
    assert [each.at for each in (await logged(user_id="ann", tenant_id="acme")).items] == [3_000]
    assert [each.at for each in (await logged(user_id="ann", since=2_000)).items] == [3_000, 2_000]
    page = await logged(limit=3)
    rest = await logged(limit=3, cursor=page.cursor)
    assert (len(page.items), len(rest.items), rest.cursor) == (3, 1, None)


async def test_the_page_is_published(store):
    """It takes the place of the one before, in its environment alone."""
    assert await store.published(1) is None
    for heading in ("A", "B"):
        await store.publish(PreferencePage(environment_id=1, heading=heading))
    assert (await store.published(1)).heading == "B"
    assert await store.published(2) is None


async def test_what_is_shown_is_arranged(store):
    """Those named first, then the others as they stood; a new one comes last, one that is replaced keeps its place."""
    for number in range(3):
        await store.put_section(a_section(f"s{number}", created=number), create=True)
    for number in range(3):
        await store.put_topic(a_topic(f"t{number}", section_id="s1", created=number), create=True)
    await store.put_section(a_section("theirs", environment_id=THEIRS), create=True)
    await store.arrange_sections(OURS, ["s2", "s0"])
    await store.arrange_topics(OURS, "s1", ["t1"])
    await store.put_section(a_section("new", created=0), create=True)
    await store.put_section(a_section("s2", name="Other", created=9), create=False)
    await store.put_topic(a_topic("new", section_id="s1", created=0), create=True)

    assert [each.id for each in await store.sections(OURS)] == ["s2", "s0", "s1", "new"]
    assert [each.id for each in await store.all_topics(OURS)] == ["t1", "t0", "t2", "new"]
    for unknown in (
        store.arrange_sections(OURS, ["theirs"]),
        store.arrange_topics(OURS, "s2", ["t1"]),
        store.arrange_topics(OURS, "s9", []),
    ):
        with pytest.raises(NotFound):
            await unknown
