"""The built-in Courier destination in the inbound step: its switch, its sources, its filters, sources' settings."""

import msgspec
import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.filters import Filter
from tidings.filters.filter import DropProperties, Only
from tidings.inbound_events import EventStatus
from tidings.ports import EventFilter
from tidings.secrets import SecretBox
from tidings.workspaces import SourceChange, SourceSettings

IDENTIFY = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "plan": "free"}}


@pytest.fixture
def arrange(house):
    """Change the built-in destination of an environment."""

    async def change(environment_id=1, **fields):
        stored = await house.destinations.get(environment_id, "courier")
        await house.destinations.put(msgspec.structs.replace(stored, created=1, updated=1, **fields))

    return change


async def apply(house, *bodies):
    """Append calls, apply them, and give what the log says of the newest ones."""
    await house.append(*bodies)
    step = house.inbound_step = getattr(house, "inbound_step", None) or house.inbound()
    while await step.run_once(0):
        pass
    page = await house.events.page(1, EventFilter(), limit=len(bodies), cursor=None)
    return page.items[::-1]


async def test_a_disabled_destination_gets_nothing(house, arrange):
    """While it is disabled calls are logged as filtered and change no profile; enabled again, the next one does."""
    await arrange(enabled=False)
    (event,) = await apply(house, IDENTIFY)
    assert (event.status, event.reason) == (EventStatus.FILTERED, "DESTINATION_DISABLED")
    assert await house.profiles.find(1, "ann") is None

    await arrange(enabled=True)
    (event,) = await apply(house, IDENTIFY)
    assert event.status == EventStatus.APPLIED
    assert (await house.profiles.find(1, "ann")).data["plan"] == "free"


async def test_other_sources_are_not_connected(house, arrange):
    """Calls of a source that does not feed it stay out."""
    await arrange(sources=(5,))
    (event,) = await apply(house, IDENTIFY)
    assert (event.status, event.reason) == (EventStatus.FILTERED, "SOURCE_NOT_CONNECTED")


async def test_a_filter_keeps_a_call_out_and_says_why(house, arrange):
    """A filtered call has the filter and the deciding value in the log; a changed filter counts for the next call."""
    only = Filter(id="flt_1", title="Only pro", condition="traits.plan = 'pro'", actions=(Only(),))
    await arrange(filters=(only,))
    (event,) = await apply(house, IDENTIFY)
    assert (event.status, event.reason) == (EventStatus.FILTERED, "FILTERED_BY_RULES")
    assert event.detail == 'filter \'Only pro\' (flt_1): `traits.plan` is "free", not "pro"'

    await arrange(filters=())
    (event,) = await apply(house, IDENTIFY)
    assert event.status == EventStatus.APPLIED


async def test_the_integrations_object_comes_first(house, arrange):
    """A call that excludes Courier says so, whatever the filters would have said."""
    await arrange(filters=(Filter(id="f", title="none", condition="a = 1", actions=(Only(),)),))
    (event,) = await apply(house, {**IDENTIFY, "integrations": {"Courier": False}})
    assert event.reason == "FILTERED_BY_INTEGRATIONS_OBJECT"


async def test_what_a_filter_takes_out_reaches_no_profile(house, arrange):
    """Dropped traits stay out of the profile; the log keeps the call as it came."""
    dropping = Filter(id="f", title="No PII", condition="all", actions=(DropProperties(fields={"traits": ["email"]}),))
    await arrange(filters=(dropping,))
    (event,) = await apply(house, IDENTIFY)

    assert (await house.profiles.find(1, "ann")).data == {"plan": "free"}
    assert b"ann@example.com" in event.body


async def test_other_environments_are_not_touched(house, arrange):
    """The destination of one environment says nothing about another's."""
    await arrange(2, enabled=False)
    (event,) = await apply(house, IDENTIFY)
    assert event.status == EventStatus.APPLIED


async def test_sends_pass_every_filter(house, arrange):
    """A request to send is no call of a source: the destination's switch does not concern it."""
    await arrange(enabled=False)
    await house.append({"type": "send", "userId": "ann", "content": {"title": "Hi", "body": "Hi"}, "to": {}})
    effects = await house.inbound().run_once(0)
    assert len(effects.messages) == 1


async def test_sources_settings_count(house, database):
    """A source may strip addresses, and have its own idea of what is history."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    sources = SqlSourceStore(database, SecretBox("0123456789abcdef"))
    source = await sources.add(1, "web", "wk_0123456789", now=1)
    assert source.id == 1  # the source that the house's calls come from
    settings = SourceSettings(strip_ip=True, historical_after_hours=1, blocked_properties=("properties.cards.number",))
    await sources.change(1, 1, SourceChange(settings=settings))
    await house.map("Order", [])

    track = {
        "type": "track",
        "userId": "ann",
        "event": "Order",
        "context": {"ip": "192.0.2.7", "locale": "de"},
        "properties": {"cards": [{"number": "4111", "brand": "v"}], "total": 5},
    }
    await house.append(track)
    (event,) = await apply(house, track)

    assert event.status == EventStatus.MAPPED
    assert msgspec.json.decode(event.body)["context"] == {"locale": "de"}
    assert msgspec.json.decode(event.body)["properties"] == {"cards": [{"brand": "v"}], "total": 5}


async def test_what_came_twice_is_passed_over(house, database):
    """A repeated call leaves its place in a table, so that no follower sees it again; a first one does not."""
    from sqlalchemy import select

    from tidings.backends.sql.tables_delivery import passed_over

    call = {**IDENTIFY, "messageId": "once"}
    await house.append(call, {**IDENTIFY, "messageId": "other"})
    await house.append(call)
    step = house.inbound()
    while await step.run_once(0):
        pass

    async with database.read() as connection:
        rows = (await connection.execute(select(passed_over))).all()
    assert [(row.environment_id, row.partition, row.position) for row in rows] == [(1, 0, 2 << 12)]


@pytest.mark.parametrize("odd", [None, 0, "", "false", []])
async def test_odd_words_about_courier_are_told(house, odd):
    """What is said of Courier and is neither boolean nor options falls back to `All`, and the log warns."""
    (event,) = await apply(house, {**IDENTIFY, "integrations": {"Courier": odd}})
    assert (event.status, event.warnings) == (EventStatus.APPLIED, ("integration_not_boolean",))

    (event,) = await apply(house, {**IDENTIFY, "integrations": {"All": False, "Courier": odd}})
    assert (event.reason, event.warnings) == ("FILTERED_BY_INTEGRATIONS_OBJECT", ("integration_not_boolean",))
