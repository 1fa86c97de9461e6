"""Two who work on the same rows at once: one waits for the other, or is undone; nothing is lost and nothing doubled."""

import asyncio

import pytest
from sqlalchemy import func, select

from tidings.app.ledger import Scope, audit
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.tables import due, inbound_events, messages
from tidings.backends.sqlite.stream import SqliteStream
from tidings.effects import Effects, ProfileWrite, Sighting
from tidings.errors import Unavailable
from tidings.ingest import pack
from tidings.ingest.send import record_of_send
from tidings.mapping import Rules
from tidings.pipeline.inbound import InboundStep


async def counted(database, table):
    """Count rows."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table))


async def test_two_workers_on_one_partition_are_harmless(database, open_database, a_message, an_event, noon):
    """Of two workers that apply the same batch at once, one moves the offset; all the other did is undone."""
    stores = [SqlInboundStore(database), SqlInboundStore(open_database())]
    applied = []

    async def work(store, number):
        async with store.transaction(0) as transaction:
            if await transaction.offset() != 0:
                return
            await transaction.profiles([(1, "u:ann")])
            effects = Effects(
                seen=[Sighting(1, "u:ann", b"d" * 16)],
                profiles=[ProfileWrite(1, "u:ann", b'{"by":%d}' % number, noon)],
                events=[an_event(position=4096 + number)],
                messages=[a_message(f"m{number}")],
            )
            if await transaction.apply(effects, after=0, through=1, received_at=noon):
                applied.append(number)

    await asyncio.gather(*(work(store, number) for number, store in enumerate(stores)))

    (winner,) = applied
    assert await stores[0].offsets() == {0: 1}
    assert [await counted(database, table) for table in (inbound_events, messages, due)] == [1, 1, 1]
    found = await SqlProfileStore(database).get([(1, "u:ann")])
    assert found[1, "u:ann"].data == {"by": winner}


async def change_what_is_in_hand(store, api, noon):
    """Change a profile by the API while the inbound step has it in hand; both changes are to be there."""
    await api.change(1, "u:ann", lambda _before: {"api": 1}, now=noon)

    async with store.transaction(0) as transaction:
        found = await transaction.profiles([(1, "u:ann")])
        assert found == {(1, "u:ann"): b'{"api":1}'}
        change = asyncio.create_task(api.change(1, "u:ann", lambda before: {**before, "api": 2}, now=noon))
        written = Effects(profiles=[ProfileWrite(1, "u:ann", b'{"api":1,"step":1}', noon)])
        await transaction.apply(written, after=0, through=1, received_at=noon)

    await change
    assert (await api.get([(1, "u:ann")]))[1, "u:ann"].data == {"api": 2, "step": 1}


async def test_the_step_and_the_api_do_not_overwrite_each_other(database, open_database, noon, database_place):
    """While the inbound step has a profile in hand, a change by the API waits, and then changes what the step wrote."""
    if database_place.one_writer_at_a_time:
        pytest.skip("here nobody begins to write meanwhile")
    await change_what_is_in_hand(SqlInboundStore(database), SqlProfileStore(open_database()), noon)


async def test_with_citus_the_api_waits_for_the_step_as_well(database, open_database, noon, citus):
    """Profiles that are locked one by one are as safe from the API as those that are locked together."""
    await change_what_is_in_hand(SqlInboundStore(database), SqlProfileStore(open_database()), noon)


async def test_a_request_for_two_users_is_done_once(database, tmp_path, noon):
    """The same request id for users of two partitions makes one message, however they race, and the ledger balances."""
    stream = await SqliteStream.open(tmp_path / "stream.db", partitions=4)
    users = [f"user {number}" for number in range(8)]
    bodies = [{"message": {"to": {"user_id": user}, "content": {"title": "", "body": "Hi"}}} for user in users]
    records = [record_of_send(body, request_id="1-6956e6c0-00", received_at=noon) for body in bodies]
    appends = pack(records, environment_id=1, source_id=0, received_at=noon, partitions=4)
    await stream.append(appends)
    step = InboundStep(stream=stream, store=SqlInboundStore(database), rules=Rules())

    await asyncio.gather(*(step.run_once(partition) for partition in {each.partition for each in appends}))

    assert [await counted(database, table) for table in (messages, due)] == [1, 1]
    scope = Scope([1], now=noon)
    _, (account,) = await audit(SqlLedgerStore(database), stream, scope, progress=lambda *_: None)
    await stream.close()
    assert account.differences == ()
    assert account.messages.made == 1


async def test_a_profile_made_meanwhile_is_not_overwritten(database, open_database, noon, database_place):
    """When the API makes a profile that the step found absent, the step is undone and told to begin again."""
    if database_place.one_writer_at_a_time:
        pytest.skip("here nobody begins to write meanwhile")
    store, api = SqlInboundStore(database), SqlProfileStore(open_database())

    async def apply(data):
        async with store.transaction(0) as transaction:
            if not await transaction.profiles([(1, "u:ann")]):
                await api.change(1, "u:ann", lambda _before: {"api": 1}, now=noon)
            effects = Effects(profiles=[ProfileWrite(1, "u:ann", data, noon)])
            return await transaction.apply(effects, after=0, through=1, received_at=noon)

    with pytest.raises(Unavailable, match="again"):
        await apply(b'{"step":1}')
    assert await store.offsets() == {}
    assert (await api.get([(1, "u:ann")]))[1, "u:ann"].data == {"api": 1}

    assert await apply(b'{"api":1,"step":1}')
    assert (await api.get([(1, "u:ann")]))[1, "u:ann"].data == {"api": 1, "step": 1}


async def test_changes_at_once_all_count(database, open_database, noon):
    """Of changes to one profile that two processes make at once, none is lost, the first one included."""
    stores = [SqlProfileStore(database), SqlProfileStore(open_database())]

    def one_more(before):
        return {"count": (before or {"count": 0})["count"] + 1}

    await asyncio.gather(*(store.change(1, "u:ann", one_more, now=noon) for _ in range(5) for store in stores))

    assert (await stores[0].get([(1, "u:ann")]))[1, "u:ann"].data == {"count": 10}


async def test_two_workers_claim_different_messages(database, open_database, write, a_message, noon):
    """Workers that claim at once never hold the same message, and none waits for the other."""
    await write(messages=[a_message(f"m{number}", user_key=f"u:{number}") for number in range(20)])
    queues = [SqlMessageQueue(database), SqlMessageQueue(open_database())]

    claims = await asyncio.gather(
        *(each.claim(worker=f"w{number}", now=noon + 1, until=noon + 9, limit=10) for number, each in enumerate(queues))
    )

    held = [claim.message.id for part in claims for claim in part]
    assert len(held) == len(set(held)) > 0
    while rest := await queues[0].claim(worker="w0", now=noon + 1, until=noon + 9, limit=10):
        held += [claim.message.id for claim in rest]
    assert sorted(held) == sorted(f"m{number}" for number in range(20))
