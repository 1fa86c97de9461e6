import asyncio
import itertools

import msgspec
import pytest
from sqlalchemy import event

from tidings.backends.sql import due_queues
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Settlement
from tidings.errors import Conflict
from tidings.messages import (
    Attempt,
    Output,
    Reason,
    RetryLater,
    Sent,
    Status,
    Undeliverable,
    Unknown,
)
from tidings.suppressions import Suppression

MINUTE = 60_000


@pytest.fixture
def queue(database):
    """The due queue of an empty database."""
    return SqlMessageQueue(database)


@pytest.fixture
def store(database):
    """The messages, to read."""
    return SqlMessageStore(database)


@pytest.fixture
def claim(queue, noon):
    """Claim for a worker, an hour after noon unless told, for a minute."""

    async def claim(worker="w1", *, now=noon + 60 * MINUTE, limit=10):
        return await queue.claim(worker=worker, now=now, until=now + MINUTE, limit=limit)

    return claim


@pytest.fixture
def waiting(write, a_message):
    """Put messages in the queue, due at noon; say what they are."""

    async def put(*message_ids):
        put = [a_message(message_id) for message_id in message_ids or ("m1",)]
        await write(messages=put)
        return put

    return put


def attempt(number=1, message_id="m1", **fields):
    """An attempt that has begun."""
    defaults = {"environment_id": 1, "channel": "email", "provider": "smtp", "started": 5}
    return Attempt(message_id=message_id, number=number, **{**defaults, **fields})


def settlement(status=Status.SENT, message_id="m1", **fields):
    """What a claim came to."""
    return Settlement(**{"environment_id": 1, "message_id": message_id, "status": status, "at": 9, **fields})


def entry(kind, ordinal=150, message_id="m1"):
    """A line of a history."""
    return Entry(environment_id=1, message_id=message_id, ordinal=ordinal, type=kind, ts=9, fields={"k": kind})


async def began(queue, *attempts, **fields):
    """Record the beginning of attempts."""
    await queue.start([AttemptStart(attempt=each, **fields) for each in attempts or (attempt(),)])


UNKNOWN = settlement(
    Status.UNDELIVERABLE,
    attempt=1,
    outcome=Unknown("cut off"),
    outcome_unknown=True,
    reason=Reason.FAILED,
    error="nobody knows",
    entries=[entry("UNDELIVERABLE")],
)
SENT = settlement(
    Status.SENT, attempt=1, outcome=Sent("ref"), channel="email", provider="smtp", entries=[entry("SENT")]
)


async def test_an_empty_queue(queue, claim):
    """Nothing waits, nothing is due."""
    assert await claim() == []
    assert await queue.next_due_at() is None
    assert await queue.depth() == 0


async def test_looking_when_something_is_due_writes_nothing(queue, database, waiting, noon):
    """A worker that looks whether there is work keeps nobody from writing."""
    await waiting()
    begun = []
    event.listen(database.engines[1].sync_engine, "begin", lambda _connection: begun.append(1))

    assert await queue.next_due_at() == noon

    assert begun == []


async def test_what_is_due_is_claimed_oldest_first(claim, write, a_message, noon):
    """Due messages come in the order they became due, as many as wanted, whole."""
    late, early, future = (
        a_message("late", enqueued=noon + 2),
        a_message("early", enqueued=noon + 1, data={"n": 1}),
        a_message("future", enqueued=noon + 120 * MINUTE),
    )
    await write(messages=[late, future, early])

    claims = await claim(limit=1)
    claims += await claim(limit=5)

    assert [claimed.message for claimed in claims] == [early, late]
    assert {claimed.until for claimed in claims} == {noon + 61 * MINUTE}


async def test_environments_share_alike(claim, write, a_message, noon):
    """However much of one environment is due, and since when, another's few are among the next that are taken."""
    many = [a_message(f"a{number}", enqueued=noon + number) for number in range(30)]
    few = [a_message(f"b{number}", enqueued=noon + 100 + number, environment_id=2) for number in range(3)]
    await write(messages=[*many, *few])

    claims = await claim(limit=10)

    assert [each.message.id for each in claims] == [*(f"a{number}" for number in range(7)), "b0", "b1", "b2"]
    assert len(await claim(limit=50)) == 23


async def test_odd_places_go_round(claim, write, a_message):
    """Whoever gets no place in one batch gets one in the next."""
    await write(messages=[a_message(f"m{at}", environment_id=1 + at % 3) for at in range(30)])

    taken = [each.message.environment_id for _ in range(3) for each in await claim(limit=1)]

    assert sorted(taken) == [1, 2, 3]


async def test_more_environments_than_are_looked_at_at_once(claim, write, a_message, monkeypatch):
    """Who takes next looks at those behind, and begins anew after the last: nobody is left out."""
    monkeypatch.setattr(due_queues, "ENVIRONMENTS_MAX", 2)
    await write(messages=[a_message(f"m{at}", environment_id=1 + at % 5) for at in range(20)])

    taken = [{each.message.environment_id for each in await claim(limit=2)} for _ in range(4)]

    assert taken == [{1, 2}, {3, 4}, {5}, {1, 2}]


async def test_what_waits_for_an_account_stands_before_nobody(queue, claim, write, a_message, noon):
    """Messages whose account had no place wait in its own lane: others have as large a share, whenever they came."""
    await write(messages=[a_message(f"full{at}") for at in range(20)])
    back = [settlement(Status.ENQUEUED, each.message.id, due_at=noon + 5, lane="cfg") for each in await claim(limit=20)]
    await queue.settle(back)
    await write(messages=[a_message(f"new{at}", enqueued=noon + 9) for at in range(20)])

    taken = [each.message.id[:3] for each in await claim(limit=10)]

    assert sorted(taken) == ["ful"] * 5 + ["new"] * 5


async def test_what_was_put_back_without_a_lane_has_none(queue, claim, write, a_message, noon):
    """Once an account has answered, its message waits with the others again."""
    await write(messages=[a_message(f"m{at}") for at in range(6)])
    for lane in ("cfg", ""):
        claims = await claim(limit=3)
        back = [settlement(Status.ENQUEUED, each.message.id, due_at=noon - 5, lane=lane) for each in claims]
        await queue.settle(back)

    assert len({each.message.id for each in await claim(limit=6)}) == 6


async def test_a_claimed_message_is_nobody_elses(claim, waiting, noon):
    """While a claim holds nobody claims the message again, not even its own worker."""
    await waiting()
    assert len(await claim()) == 1

    assert await claim("w2") == []
    assert await claim("w1") == []
    assert await claim("w2", now=noon + 61 * MINUTE - 1) == []


async def test_an_expired_claim_is_anybodys(claim, waiting, noon):
    """When a claim has expired the message can be claimed anew."""
    await waiting()
    await claim()

    assert len(await claim("w2", now=noon + 61 * MINUTE)) == 1


async def test_two_workers_never_claim_the_same(claim, waiting):
    """Workers that claim at the same time share the messages among them."""
    await waiting(*(f"m{number}" for number in range(20)))

    claims = await asyncio.gather(*(claim(f"w{number}", limit=7) for number in range(4)))

    ids = [claimed.message.id for each in claims for claimed in each]
    assert len(ids) == len(set(ids)) == 20


async def test_when_to_look_again(queue, claim, write, a_message, noon):
    """The earliest waiting message or expiring claim says when to look."""
    await write(messages=[a_message("m1"), a_message("m2", enqueued=noon + 90 * MINUTE)])
    assert await queue.next_due_at() == noon

    await claim()
    assert await queue.next_due_at() == noon + 61 * MINUTE

    await queue.settle([settlement(message_id="m1")])
    assert await queue.next_due_at() == noon + 90 * MINUTE


async def test_depth_counts_what_waits(queue, claim, waiting):
    """Claimed messages still wait; settled ones do not."""
    await waiting("m1", "m2")
    await claim(limit=1)
    assert await queue.depth() == 2

    await queue.settle([settlement(message_id="m1")])
    assert await queue.depth() == 1


async def test_an_attempt_is_on_record_before_it_is_made(queue, claim, store, waiting):
    """Attempt, history and rendered content are there when `start` returns."""
    await waiting()
    await claim()

    await began(queue, entries=[entry("RENDERED", 100)], output=Output(channel="email", content={"html": "<p>"}))

    assert await store.attempts(1, "m1") == [attempt()]
    assert await store.history(1, "m1") == [entry("RENDERED", 100)]
    assert await store.outputs(1, "m1") == [Output(channel="email", content={"html": "<p>"})]


@pytest.mark.parametrize("call", ["claim", "start", "settle", "release"])
async def test_every_write_is_durable(queue, claim, database, waiting, call):
    """What the queue writes it writes through: one durable transaction each.

    But for claims in the embedded database: whoever would have them dies with it, and all that follows writes through.
    """
    await waiting()
    if call != "claim":
        await claim()
    durable, other = [], []
    event.listen(database.engines[1].sync_engine, "checkout", lambda *_of_what: durable.append(1))
    event.listen(database.engines[2].sync_engine, "checkout", lambda *_of_what: other.append(1))

    calls = {
        "claim": claim,
        "start": lambda: began(queue),
        "settle": lambda: queue.settle([settlement()]),
        "release": lambda: queue.release("w1"),
    }
    await calls[call]()

    is_spared = call == "claim" and database.dialect == "sqlite"
    assert (durable, other) == (([], [1]) if is_spared else ([1], []))


async def test_nothing_to_start_or_settle(queue):
    """Empty batches are no work."""
    await queue.start([])
    await queue.settle([])


async def test_an_attempt_is_made_once(queue, claim, waiting, noon, store):
    """Of two workers that hold a message one after the other, only the first to begin an attempt makes it."""
    await waiting("m1", "m2")
    await claim("w1")
    await claim("w2", now=noon + 90 * MINUTE)
    await began(queue, attempt(provider="first"))

    with pytest.raises(Conflict):
        await began(queue, attempt(message_id="m2"), attempt(provider="second"), entries=[entry("RENDERED")])

    assert [each.provider for each in await store.attempts(1, "m1")] == ["first"]
    assert await store.attempts(1, "m2") == []
    assert await store.history(1, "m1") == []


async def test_what_is_settled_is_not_attempted(queue, claim, waiting):
    """A worker whose message another has brought to its end begins nothing any more."""
    await waiting()
    await claim()
    await queue.settle([settlement(Status.UNROUTABLE)])

    with pytest.raises(Conflict):
        await began(queue)


async def test_an_unfinished_attempt_comes_back_with_its_claim(queue, claim, waiting, noon):
    """Who takes a message over sees what was tried: finished attempts with, the cut-off one without an outcome."""
    await waiting("m1", "m2")
    await claim()
    await began(queue, attempt(1))
    await queue.settle(
        [settlement(Status.ROUTED, attempt=1, outcome=RetryLater("busy", 3), due_at=noon + 70 * MINUTE, at=8)]
    )
    await claim("w1", now=noon + 70 * MINUTE)
    await began(queue, attempt(2, provider="ses"))

    claims = {each.message.id: each for each in await claim("w2", now=noon + 90 * MINUTE)}

    assert claims["m2"].attempts == ()
    assert claims["m1"].attempts == (
        attempt(1, finished=8, outcome=RetryLater("busy", 3)),
        attempt(2, provider="ses"),
    )


async def test_sent(queue, claim, store, waiting):
    """A sent message carries when, by which channel and provider; it has left the queue."""
    (enqueued,) = await waiting()
    await claim()
    await began(queue)

    await queue.settle([SENT])

    sent = {"status": Status.SENT, "channel": "email", "provider": "smtp", "sent": 9, "updated": 9}
    assert await store.get(1, "m1") == msgspec.structs.replace(enqueued, **sent)
    assert await store.attempts(1, "m1") == [attempt(finished=9, outcome=Sent("ref"))]
    assert await store.history(1, "m1") == [entry("SENT")]
    assert await queue.depth() == 0


async def test_ended_without_an_attempt(queue, claim, store, waiting):
    """A message that could not be routed says why and leaves the queue; it was not sent."""
    await waiting()
    await claim()

    await queue.settle(
        [settlement(Status.UNROUTABLE, reason=Reason.NO_CHANNELS, error="no way", template_id="t", template_version=3)]
    )

    message = await store.get(1, "m1")
    assert (message.status, message.reason, message.error) == (Status.UNROUTABLE, Reason.NO_CHANNELS, "no way")
    assert (message.template_id, message.template_version, message.sent) == ("t", 3, None)
    assert await queue.depth() == 0


async def test_retried_later(queue, claim, store, waiting, noon):
    """A message to be tried again is due then, for anybody, and not before; what is known of it stays."""
    await waiting()
    await claim()
    await began(queue)

    later = noon + 120 * MINUTE
    await queue.settle(
        [settlement(Status.ROUTED, attempt=1, outcome=RetryLater("busy"), due_at=later, channel="email")]
    )

    assert await queue.next_due_at() == later
    assert await claim("w2", now=later - 1) == []
    assert [each.message.id for each in await claim("w2", now=later)] == ["m1"]
    message = await store.get(1, "m1")
    assert (message.status, message.channel, message.sent) == (Status.ROUTED, "email", None)


FINAL_ONES = [
    SENT,
    settlement(Status.UNDELIVERABLE, attempt=1, outcome=Undeliverable(Reason.BOUNCED, "no"), error="no"),
    settlement(Status.UNROUTABLE, reason=Reason.NO_PROVIDERS),
]


@pytest.mark.parametrize(
    "both", list(itertools.product(FINAL_ONES, [*FINAL_ONES, UNKNOWN, settlement(Status.ROUTED, due_at=5)]))
)
async def test_the_first_end_stands(queue, claim, store, waiting, both):
    """A message that has come to its end stays there, whatever is settled later; its history says so."""
    first, second = both
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([first])
    before = await store.get(1, "m1"), await store.history(1, "m1")

    await queue.settle([second])

    assert (await store.get(1, "m1"), await store.history(1, "m1")) == before
    assert await queue.depth() == 0


async def test_the_first_end_of_one_batch_stands(queue, claim, store, waiting):
    """The same holds inside one batch."""
    await waiting()
    await claim()
    await began(queue)

    await queue.settle([SENT, UNKNOWN])

    assert (await store.get(1, "m1")).status is Status.SENT
    assert await store.attempts(1, "m1") == [attempt(finished=9, outcome=Sent("ref"))]


async def test_a_retry_and_an_end_in_one_batch(queue, claim, waiting):
    """Of several settlements of one message in a batch, the last that counts says whether it waits."""
    await waiting()
    await claim()
    await began(queue)

    await queue.settle([settlement(Status.ROUTED, due_at=7), SENT])

    assert await queue.depth() == 0


@pytest.mark.parametrize(
    "late",
    [SENT, settlement(Status.UNDELIVERABLE, attempt=1, outcome=Undeliverable(Reason.BOUNCED, "no"), at=30)],
    ids=["sent", "undeliverable"],
)
async def test_a_late_answer_closes_an_unknown_outcome(queue, claim, store, waiting, late):
    """When the provider's answer comes after all it replaces "unknown", and the history keeps both."""
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([UNKNOWN])
    unknown = await store.get(1, "m1")
    assert (unknown.status, unknown.outcome_unknown) == (Status.UNDELIVERABLE, True)

    await queue.settle([late])

    message = await store.get(1, "m1")
    assert (message.status, message.outcome_unknown, message.updated) == (late.status, False, late.at)
    assert await store.attempts(1, "m1") == [attempt(finished=late.at, outcome=late.outcome)]
    kinds = [each.type for each in await store.history(1, "m1")]
    assert kinds == ["UNDELIVERABLE", *(each.type for each in late.entries)]


async def test_a_late_refusal_may_try_the_next_way(queue, claim, store, waiting, noon):
    """When it turns out that nothing was sent, and there is another way, the message waits again."""
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([UNKNOWN])

    refused = Undeliverable(Reason.BOUNCED, "no")
    await queue.settle([settlement(Status.ROUTED, attempt=1, outcome=refused, due_at=noon)])

    assert await queue.next_due_at() == noon
    assert (await store.get(1, "m1")).outcome_unknown is False


@pytest.mark.parametrize("late", [UNKNOWN, settlement(Status.ROUTED, attempt=1, outcome=RetryLater("busy"), due_at=5)])
async def test_an_indefinite_answer_changes_nothing(queue, claim, store, waiting, late):
    """An outcome stays unknown until somebody knows: it is never tried again on a guess."""
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([UNKNOWN])
    before = await store.get(1, "m1")

    await queue.settle([late])

    assert await store.get(1, "m1") == before
    assert await queue.depth() == 0


async def test_an_attempt_keeps_its_first_answer(queue, claim, store, waiting):
    """A finished attempt is not rewritten."""
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([SENT])

    await queue.settle([settlement(Status.UNDELIVERABLE, attempt=1, outcome=Undeliverable(Reason.BOUNCED, "x"))])

    assert await store.attempts(1, "m1") == [attempt(finished=9, outcome=Sent("ref"))]


async def test_settling_what_does_not_exist(queue, store, waiting):
    """A settlement of another environment's message touches nothing."""
    await waiting()

    await queue.settle([settlement(environment_id=2), settlement(message_id="none")])

    assert (await store.get(1, "m1")).status is Status.ENQUEUED
    assert await queue.depth() == 1


async def test_release_gives_back_what_was_not_begun(queue, claim, waiting, noon):
    """A worker that stops gives back its untouched claims; what it began stays its own until the claim expires."""
    await waiting("begun", "finished", "untouched", "other")
    for worker, limit in (("w1", 3), ("w2", 1)):
        assert len(await claim(worker, limit=limit)) == limit
    await began(queue, attempt(message_id="begun"), attempt(message_id="finished"))
    await queue.settle(
        [settlement(Status.ROUTED, "finished", attempt=1, outcome=RetryLater("busy"), due_at=noon + 60 * MINUTE)]
    )
    await claim("w1")

    assert await queue.release("w1") == 2
    assert await queue.release("w1") == 0

    assert {each.message.id for each in await claim("w3")} == {"finished", "untouched"}


async def test_a_released_message_is_due_at_once(queue, claim, waiting, noon):
    """What was given back was due already: the next look finds it."""
    await waiting()
    await claim()
    await queue.release("w1")

    next_due_at = await queue.next_due_at()
    assert next_due_at is not None
    assert next_due_at <= noon
    assert len(await claim("w2", now=noon)) == 1


async def test_an_attempt_that_was_answered_is_not_cut_off(queue, claim, store, waiting, noon):
    """A worker that took an attempt for cut off comes too late when its answer is known: the retry stays planned."""
    await waiting()
    await claim()
    await queue.start([AttemptStart(attempt=attempt())])
    busy = {"attempt": 1, "outcome": RetryLater("busy"), "due_at": noon, "entries": [entry("ERROR")]}
    await queue.settle([settlement(Status.ROUTED, **busy)])
    gone = {"attempt": 1, "outcome": Unknown("cut off"), "outcome_unknown": True, "entries": [entry("UNDELIVERABLE")]}

    await queue.settle([settlement(Status.UNDELIVERABLE, reason=Reason.FAILED, **gone)])

    message = await store.get(1, "m1")
    assert (message.status, message.outcome_unknown) == (Status.ROUTED, False)
    assert [line.type for line in await store.history(1, "m1")] == ["ERROR"]
    assert await queue.next_due_at() == noon


async def test_an_answer_told_twice_takes_nobodys_claim(queue, claim, waiting, noon):
    """Telling an answer again, after its commit was not heard of, leaves the next worker's claim alone."""
    await waiting()
    await claim("w1")
    await queue.start([AttemptStart(attempt=attempt())])
    busy = settlement(Status.ROUTED, attempt=1, outcome=RetryLater("busy"), due_at=noon)
    await queue.settle([busy])
    assert len(await claim("w2")) == 1

    await queue.settle([busy])

    assert await claim("w3") == []


async def test_one_batch_may_hold_an_answer_and_a_doubt(queue, claim, store, waiting):
    """Of a definite answer and a doubt about the same attempt in one batch, the answer stands, whichever is first."""
    sure = settlement(attempt=1, outcome=Sent())
    doubt = settlement(Status.UNDELIVERABLE, attempt=1, outcome=Unknown("cut off"), outcome_unknown=True)
    for message_id, order in (("m1", (sure, doubt)), ("m2", (doubt, sure))):
        await waiting(message_id)
        await claim()
        await queue.start([AttemptStart(attempt=attempt(message_id=message_id))])
        await queue.settle([msgspec.structs.replace(item, message_id=message_id) for item in order])
        assert (await store.get(1, message_id)).status is Status.SENT


@pytest.mark.parametrize("due_at", [None, 1], ids=["ends it", "puts it off"])
async def test_who_was_overtaken_decides_nothing(queue, claim, store, waiting, due_at):
    """A worker that found nobody to write to, and was slower than its claim, leaves the next one's attempt alone."""
    (message,) = await waiting()
    later = message.enqueued + 120 * MINUTE
    await claim("slow")
    await claim("fast", now=later)
    await began(queue)

    overlooked = settlement(Status.UNROUTABLE, tried=0, due_at=due_at, entries=[entry("UNROUTABLE", ordinal=20)])
    await queue.settle([overlooked])
    assert await claim("third", now=later) == []
    await queue.settle([SENT])

    assert (await store.get(1, "m1")).status is Status.SENT
    assert [line.type for line in await store.history(1, "m1")] == ["SENT"]


async def test_who_knew_all_attempts_decides(queue, claim, store, waiting, noon):
    """What is decided after an attempt, and knowing of it, stands."""
    await waiting()
    await claim()
    await began(queue)
    await queue.settle([settlement(Status.ROUTED, attempt=1, outcome=RetryLater("busy"), due_at=noon)])

    await queue.settle([settlement(Status.UNROUTABLE, tried=1, entries=[entry("UNROUTABLE")])])

    assert (await store.get(1, "m1")).status is Status.UNROUTABLE
    assert await queue.next_due_at() is None


async def test_an_address_is_closed_with_its_answer(database, queue, claim, waiting, noon):
    """A settlement that closes an address puts it on the list; one that is on it already keeps why."""
    await waiting("m1", "m2")
    await claim()
    dead = Undeliverable(Reason.BOUNCED, "no such mailbox", for_good=True)
    closes = [
        Suppression(environment_id=1, address=f"email:{name}@example.com", kind="bounce", detail=detail, created=noon)
        for name, detail in (("ann", "first"), ("ann", "second"), ("bob", "first"))
    ]
    await began(queue)
    for each in ([closes[0]], [closes[2], closes[1]], [closes[0]]):
        told = [settlement(Status.UNDELIVERABLE, attempt=1, outcome=dead, closes=one) for one in each]
        await queue.settle(told)

    suppressions = SqlSuppressionStore(database)
    for one in (closes[0], closes[2]):
        assert await suppressions.get(1, one.address) == one
