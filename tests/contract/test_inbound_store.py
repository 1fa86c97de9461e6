import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text, update

from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.tables import event_maps, inbound_events, profiles, revisions, seen, templates
from tidings.backends.sql.tables_ledger import call_counts
from tidings.data_logs import Entry
from tidings.effects import Effects, MappedTemplate, ProfileWrite, Settlement, Sighting
from tidings.ledger import Tally
from tidings.messages import Status
from tidings.ports import EventFilter, MessageFilter

HOUR = 3_600_000
DAY = 24 * HOUR


def sighting(user="u:ann", digest=b"d" * 16, environment_id=1):
    """A fingerprint."""
    return Sighting(environment_id, user, digest)


async def see(store, *sightings, at, after=0):
    """Remember sightings at a time."""
    async with store.transaction(0) as transaction:
        assert await transaction.apply(Effects(seen=sightings), after=after, through=after + 1, received_at=at)


async def seen_again(store, *sightings, at, window_ms=DAY):
    """Ask which were seen."""
    async with store.transaction(0) as transaction:
        return await transaction.already_seen(sightings, received_at=at, window_ms=window_ms)


async def test_a_partition_begins_at_nought(inbound_store):
    """A partition of which nothing was applied stands at offset 0, and `offsets` does not know it."""
    async with inbound_store.transaction(3) as transaction:
        assert await transaction.offset() == 0

    assert await inbound_store.offsets() == {}


async def test_applying_moves_the_offset(inbound_store):
    """What was applied moves its own partition, and no other."""
    for after, through in ((0, 17), (17, 40)):
        async with inbound_store.transaction(3) as transaction:
            assert await transaction.apply(Effects(), after=after, through=through, received_at=1)

    async with inbound_store.transaction(3) as transaction:
        assert await transaction.offset() == 40
    async with inbound_store.transaction(4) as transaction:
        assert await transaction.offset() == 0
    assert await inbound_store.offsets() == {3: 40}


@pytest.mark.parametrize("after", [0, 16, 18])
async def test_a_moved_offset_refuses_everything(inbound_store, database, after):
    """Whoever comes second is told, and nothing of what they brought is written."""
    async with inbound_store.transaction(3) as transaction:
        await transaction.apply(Effects(), after=0, through=17, received_at=1)

    async with inbound_store.transaction(3) as transaction:
        effects = Effects(profiles=[ProfileWrite(1, "u:ann", b"{}", 1)], tallies=[Tally(1, 5, "DUPLICATE", "", 1)])
        assert not await transaction.apply(effects, after=after, through=99, received_at=1)

    assert await inbound_store.offsets() == {3: 17}
    async with database.read() as connection:
        for table in (profiles, call_counts):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_an_exception_leaves_nothing_behind(inbound_store, a_message):
    """Effects and offset go together: a transaction that breaks after applying has applied nothing."""

    async def apply_and_break():
        async with inbound_store.transaction(3) as transaction:
            await transaction.apply(Effects(messages=[a_message()]), after=0, through=1, received_at=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await apply_and_break()

    assert await inbound_store.offsets() == {}


async def test_a_cancelled_transaction_leaves_nothing_behind(inbound_store):
    """A worker that is stopped in the middle has done nothing, and the next one is not held up."""
    inside = asyncio.Event()

    async def hang():
        async with inbound_store.transaction(3) as transaction:
            await transaction.apply(Effects(), after=0, through=1, received_at=1)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with inbound_store.transaction(3) as transaction:
        assert await transaction.offset() == 0


async def test_readers_have_offsets_of_their_own(database, inbound_store):
    """A follower's offsets and the inbound step's do not meet."""
    follower = SqlInboundStore(database, reader="archive")
    async with follower.transaction(3) as transaction:
        await transaction.apply(Effects(), after=0, through=5, received_at=1)

    assert await follower.offsets() == {3: 5}
    assert await inbound_store.offsets() == {}


async def test_offsets_are_durable_before_they_are_told(database, inbound_store):
    """Between the newest offset and the answer lies one durable commit; asking again needs none."""
    durable = []
    _readers, writer, _replayable = database.engines
    event.listen(writer.sync_engine, "commit", lambda _connection: durable.append(1))
    async with inbound_store.transaction(3) as transaction:
        await transaction.apply(Effects(), after=0, through=17, received_at=1)
    assert durable == []

    assert await inbound_store.offsets() == {3: 17}
    assert durable == [1]

    assert await inbound_store.offsets() == {3: 17}
    assert durable == [1]


async def test_a_durable_commit_writes_through(database):
    """The connection of durable commits asks the database for an fsync at each, the replayable one does not."""
    question, durable, replayable = {
        "sqlite": ("PRAGMA synchronous", 2, 1),
        "postgresql": ("SHOW synchronous_commit", "on", "off"),
    }[database.dialect]
    async with database.write() as connection:
        assert await connection.scalar(text(question)) == durable
    async with database.write(replayable=True) as connection:
        assert await connection.scalar(text(question)) == replayable
    async with database.write() as connection:
        assert await connection.scalar(text(question)) == durable


async def test_a_call_is_seen_within_the_window(inbound_store, noon):
    """A call is known again until the window has passed, by its user, environment and digest together. Rows 39, 40."""
    await see(inbound_store, sighting(), at=noon)

    others = [sighting(user="u:bob"), sighting(digest=b"e" * 16), sighting(environment_id=2)]
    assert await seen_again(inbound_store, sighting(), *others, at=noon + DAY) == {sighting()}


@pytest.mark.parametrize("window_ms", [DAY, 7 * DAY])
@pytest.mark.parametrize("hour", range(0, 24, 5))
async def test_the_window_holds_whatever_the_hour(inbound_store, noon, window_ms, hour):
    """Days are how sightings are kept, not how long: a full window later a call is still known. Row 39."""
    at = noon - 12 * HOUR + hour * HOUR
    await see(inbound_store, sighting(), at=at)

    assert await seen_again(inbound_store, sighting(), at=at + window_ms, window_ms=window_ms) == {sighting()}


async def test_two_days_later_a_call_is_new(inbound_store, noon):
    """A sighting is remembered a day more at most."""
    await see(inbound_store, sighting(), at=noon)

    assert await seen_again(inbound_store, sighting(), at=noon + DAY + DAY) == set()


async def test_clocks_that_disagree_hide_no_duplicate(inbound_store, noon):
    """A call that another door stamped a little later, past midnight, is known all the same."""
    midnight = noon + 12 * HOUR
    await see(inbound_store, sighting(), at=midnight + 1000)

    assert await seen_again(inbound_store, sighting(), at=midnight - 1000) == {sighting()}


async def test_the_same_call_twice_in_one_question(inbound_store, noon):
    """Asking twice in one question answers once, whether it was seen or not."""
    await see(inbound_store, sighting(), at=noon)

    asked = [sighting(), sighting(), sighting(user="u:bob"), sighting(user="u:bob")]
    assert await seen_again(inbound_store, *asked, at=noon) == {sighting()}


async def test_no_question_no_answer(inbound_store, noon):
    """Empty questions are answered."""
    assert await seen_again(inbound_store, at=noon) == set()
    async with inbound_store.transaction(0) as transaction:
        assert await transaction.profiles([]) == {}
        assert await transaction.event_maps([]) == {}


async def test_forgetting_drops_whole_days(inbound_store, noon):
    """Forgetting drops the days that ended before that time, in every environment, and counts."""
    await see(inbound_store, sighting(), sighting(environment_id=5), at=noon)
    await see(inbound_store, sighting(user="u:bob"), at=noon + DAY, after=1)

    assert await inbound_store.forget_seen(before=noon + HOUR) == 0
    assert await inbound_store.forget_seen(before=noon + DAY) == 2
    assert await inbound_store.forget_seen(before=noon + DAY) == 0

    assert await seen_again(inbound_store, sighting(), at=noon + HOUR) == set()
    assert await seen_again(inbound_store, sighting(user="u:bob"), at=noon + DAY) == {sighting(user="u:bob")}


async def test_forgetting_many_takes_several_transactions(inbound_store, database, noon):
    """A great day is forgotten piece by piece, so that nobody waits for all of it."""
    many = [sighting(digest=number.to_bytes(16, "big")) for number in range(11_000)]
    await see(inbound_store, *many, at=noon)
    commits = []
    event.listen(database.engines[2].sync_engine, "commit", lambda _connection: commits.append(1))

    assert await inbound_store.forget_seen(before=noon + DAY) == 11_000

    assert len(commits) >= 3
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(seen)) == 0


async def test_profiles_are_read_as_they_were_written(inbound_store):
    """Profiles come back byte for byte, by environment and key; the unknown are left out."""
    data = '{"name":"Ännchen  😀","seats":12345678901234567890}'.encode()
    async with inbound_store.transaction(0) as transaction:
        writes = [ProfileWrite(1, "u:ann", data, 1), ProfileWrite(2, "u:ann", b'{"b":2}', 1)]
        await transaction.apply(Effects(profiles=writes), after=0, through=1, received_at=1)

    async with inbound_store.transaction(0) as transaction:
        found = await transaction.profiles([(1, "u:ann"), (1, "u:bob"), (2, "u:ann"), (1, "u:ann")])
    assert found == {(1, "u:ann"): data, (2, "u:ann"): b'{"b":2}'}


async def test_a_profile_keeps_its_birthday(inbound_store, database):
    """Writing a profile again changes what it holds and when it changed, not when it was made."""
    for after, at in ((0, 10), (1, 20)):
        async with inbound_store.transaction(0) as transaction:
            write = ProfileWrite(1, "u:ann", b'{"at":%d}' % at, at)
            await transaction.apply(Effects(profiles=[write]), after=after, through=after + 1, received_at=at)

    async with database.read() as connection:
        row = (await connection.execute(select(profiles.c.data, profiles.c.created, profiles.c.updated))).one()
    assert tuple(row) == (b'{"at":20}', 10, 20)


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4)
"""What the door lets in: it cleans bodies of NUL and of halves of characters."""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 3), NAMES), max_size=400, unique=True))
async def test_batches_of_any_size_are_whole(database, keys):
    """However many rows a batch has and whatever their keys are called, each is written and read."""
    store = SqlInboundStore(database, reader="property")
    rows = [ProfileWrite(environment_id, f"u:{name}", b"{}", 1) for environment_id, name in keys]
    marks = [Sighting(environment_id, f"u:{name}", b"x" * 16) for environment_id, name in keys]

    async with store.transaction(0) as transaction:
        after = await transaction.offset()
        await transaction.apply(Effects(profiles=rows, seen=marks), after=after, through=after + 1, received_at=1)
        found = await transaction.profiles([(row.environment_id, row.user_key) for row in rows])
        known = await transaction.already_seen(marks, received_at=1, window_ms=1)

    assert set(found) == {(row.environment_id, row.user_key) for row in rows}
    assert known == set(marks)


async def test_an_event_is_logged_whole(database, write, an_event):
    """Every field of an event comes back."""
    event = an_event(
        name=None, type="identify", reason="blocked_id", detail="why", warnings=("a", "b"), body=b'{"x":"\xc3\xa4"}'
    )

    await write(events=[event, an_event(environment_id=2)])

    page = await SqlEventLog(database).page(1, EventFilter(), limit=10, cursor=None)
    assert page.items == [event]


async def test_a_new_message_is_due_when_it_was_enqueued(database, write, a_message, noon):
    """A new message stands in the log and in the queue."""
    message = a_message(to={"email": "a"}, data={"n": 1}, content={"title": "t"}, options={"o": []}, template_id="t1")
    entry = Entry(environment_id=1, message_id="m1", ordinal=0, type="ENQUEUED", ts=noon, fields={"event": "e"})

    await write(messages=[message], entries=[entry])

    store = SqlMessageStore(database)
    assert await store.get(1, "m1") == message
    assert await store.history(1, "m1") == [entry]
    assert await SqlMessageQueue(database).next_due_at() == noon


async def test_what_exists_stays_what_it_was(database, write, a_message, an_event, noon):
    """Effects whose ids exist are not written again: the first message, entry and event stand."""
    first = an_event(position=1, detail="first")
    entry = Entry(environment_id=1, message_id="m1", ordinal=0, type="ENQUEUED", ts=noon)
    await write(messages=[a_message(data={"n": 1})], entries=[entry], events=[first])

    other = Entry(environment_id=1, message_id="m1", ordinal=0, type="OTHER", ts=noon)
    await write(messages=[a_message(data={"n": 2})], entries=[other], events=[an_event(position=1, detail="second")])

    store = SqlMessageStore(database)
    assert (await store.get(1, "m1")).data == {"n": 1}
    assert await store.history(1, "m1") == [entry]
    assert (await SqlEventLog(database).get(1, first.id)).detail == "first"


@pytest.mark.parametrize("many", [3, 300])
async def test_one_that_exists_loses_no_other(database, write, an_event, noon, many):
    """Of many rows, a few that are there already are left as they stand, and all others are kept."""
    sightings = [sighting(digest=number.to_bytes(16, "big")) for number in range(many)]
    ids = [f"m-{number}" for number in range(many)]
    firsts = [an_event(position=number, message_id=ids[number]) for number in (1, 2)]
    events = [an_event(position=number, message_id=ids[number], detail="again") for number in range(many)]

    await write(events=firsts, seen=sightings[1:3])
    await write(events=events, seen=sightings)

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(seen)) == many
        rows = await connection.execute(
            select(inbound_events.c.message_id, inbound_events.c.detail).order_by(inbound_events.c.position)
        )
        stands = {row.message_id: row.detail for row in rows}
    assert list(stands) == ids
    assert [name for name, detail in stands.items() if detail != "again"] == ["m-1", "m-2"]


async def test_a_message_that_had_its_turn_is_not_queued_again(database, write, a_message, noon):
    """A send repeated with its idempotency key after the message went out does not send it again."""
    await write(messages=[a_message()])
    queue = SqlMessageQueue(database)
    await queue.claim(worker="w", now=noon, until=noon + 1, limit=1)
    await queue.settle([Settlement(environment_id=1, message_id="m1", status=Status.SENT, at=noon)])

    await write(messages=[a_message()])

    assert await queue.depth() == 0
    page = await SqlMessageStore(database).page(1, MessageFilter(), limit=9, cursor=None)
    assert [message.status for message in page.items] == [Status.SENT]


async def test_the_same_message_twice_in_a_batch(database, write, a_message):
    """The same id twice in one batch is one message, due once."""
    await write(messages=[a_message(data={"n": 1}), a_message(data={"n": 2})])

    assert await SqlMessageQueue(database).depth() == 1
    assert (await SqlMessageStore(database).get(1, "m1")).data == {"n": 1}


async def test_a_request_is_taken_once(inbound_store):
    """Of the requests that are taken, those that nobody of the same environment took before are told."""
    async with inbound_store.transaction(3) as transaction:
        assert await transaction.take_requests([(1, "r1"), (2, "r2"), (1, "r1")], at=5) == {(1, "r1"), (2, "r2")}
        assert await transaction.apply(Effects(), after=0, through=1, received_at=5)

    async with inbound_store.transaction(4) as transaction:
        assert await transaction.take_requests([(1, "r1"), (1, "r2"), (2, "r2")], at=6) == {(1, "r2")}
        assert await transaction.take_requests([], at=6) == set()


async def test_two_partitions_do_not_take_one_request(inbound_store):
    """Of two partitions that take the same requests at the same time, each request goes to one."""
    asked = [(1, f"r{number}") for number in range(50)]

    async def take(partition, keys):
        async with inbound_store.transaction(partition) as transaction:
            taken = await transaction.take_requests(keys, at=5)
            await transaction.apply(Effects(), after=0, through=1, received_at=5)
        return taken

    one, other = await asyncio.gather(take(3, asked), take(4, asked[::-1]))

    assert one | other == set(asked)
    assert not one & other


async def test_whoever_was_overtaken_took_nothing(inbound_store):
    """Requests that were taken for a batch that somebody else applied are there to be taken."""
    async with inbound_store.transaction(3) as transaction:
        assert await transaction.take_requests([(1, "r1")], at=5) == {(1, "r1")}
        assert not await transaction.apply(Effects(), after=7, through=8, received_at=5)

    async with inbound_store.transaction(3) as transaction:
        assert await transaction.take_requests([(1, "r1")], at=5) == {(1, "r1")}


async def map_event(database, *, published=None, archived=None, template_id="t1", event_id="e1", make=True):
    """Map an event to a template, as the template and event map stores do: with a new revision."""
    async with database.write() as connection:
        if make:
            row = {"environment_id": 1, "id": template_id, "created": 1, "creator": "", "updated": 1, "updater": ""}
            await connection.execute(templates.insert().values(published_version=published, archived=archived, **row))
        await connection.execute(
            event_maps.insert().values(environment_id=1, event_id=event_id, template_id=template_id)
        )
        await bump(connection)


async def bump(connection):
    """Say that mappings changed."""
    moved = await connection.execute(
        update(revisions).where(revisions.c.kind == "mapping").values(revision=revisions.c.revision + 1)
    )
    if not moved.rowcount:
        await connection.execute(revisions.insert().values(kind="mapping", revision=1))


async def mapped(store, *environment_ids):
    """Read event maps."""
    async with store.transaction(0) as transaction:
        return await transaction.event_maps(environment_ids)


@pytest.mark.parametrize(
    ("template", "sendable"),
    [({"published": 1}, True), ({}, False), ({"published": 1, "archived": 5}, False), ({"make": False}, False)],
    ids=["published", "draft", "archived", "missing"],
)
async def test_only_a_published_template_can_be_sent(inbound_store, database, template, sendable):
    """An event map says whether its template is there, published and not archived."""
    await map_event(database, **template)

    assert await mapped(inbound_store, 1) == {(1, "e1"): MappedTemplate("t1", sendable)}


async def test_event_maps_belong_to_their_environment(inbound_store, database):
    """Another environment's maps are not read; several can be asked for at once."""
    await map_event(database, published=1)

    assert await mapped(inbound_store, 2) == {}
    assert set(await mapped(inbound_store, 1, 2)) == {(1, "e1")}


async def test_event_maps_are_never_stale(inbound_store, database):
    """A map made after the maps were read is there the next time, by whichever store."""
    other = SqlInboundStore(database)
    assert await mapped(inbound_store, 1) == await mapped(other, 1) == {}

    await map_event(database, published=1)
    assert set(await mapped(inbound_store, 1)) == set(await mapped(other, 1)) == {(1, "e1")}

    await map_event(database, published=1, event_id="e2", make=False)
    assert set(await mapped(inbound_store, 1)) == {(1, "e1"), (1, "e2")}


async def test_unchanged_maps_are_read_once(inbound_store, database):
    """While nothing changes the maps come from memory."""
    await map_event(database, published=1)
    await mapped(inbound_store, 1)
    statements = []
    event.listen(database.engines[2].sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    await mapped(inbound_store, 1)

    assert not [statement for statement in statements if "event_maps" in statement]
