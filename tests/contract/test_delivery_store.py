import pytest

from tidings.backends.sql.delivery_rows import FAILURES_KEPT
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.destinations import Destination, Parked
from tidings.effects import Deferred, Failure, Tally
from tidings.secrets import SecretBox

KEY = (1, "dst_a")


@pytest.fixture
def deliveries(database):
    """The deliveries of an empty database."""
    return SqlDeliveryStore(database)


def deferred(position, *, due_at=10, user="u:ann", key=KEY, **fields):
    """A call that waits."""
    base = {"name": "Order", "received_at": 1, "first_at": 2, "tries": 1, "error": "503", "body": b"{}"}
    of = {"environment_id": key[0], "destination_id": key[1]}
    return Deferred(**of, position=position, due_at=due_at, user_key=user, **{**base, **fields})


async def settle(deliveries, *, key=KEY, **changes):
    """Write changes."""
    await deliveries.settle(*key, **{"done": [], "again": [], "tallies": [], "failures": [], **changes})


async def positions(deliveries, *, now=100, in_order=False, limit=10, key=KEY):
    """Read the positions of what is due."""
    return [call.position for call in await deliveries.due(*key, now=now, limit=limit, in_order=in_order)]


async def test_what_waits_is_read_back_when_it_is_due(deliveries):
    """Calls come back as they were, oldest due first, and not before they are due."""
    late, early = deferred(1, due_at=20), deferred(2, due_at=10, body=b'{"a": 1}')
    await settle(deliveries, again=[late, early])

    assert await deliveries.due(*KEY, now=20, limit=10, in_order=False) == [early, late]
    assert await positions(deliveries, now=19) == [2]
    assert await positions(deliveries, limit=1) == [2]
    assert await deliveries.next_due_at(*KEY) == 10
    assert await deliveries.depth(*KEY) == 2


async def test_who_is_left_alone_is_on_record(deliveries):
    """A parked destination is seen with its reason until it answers; the newest word counts, and each has its own."""
    parked = Parked(parked_until=9, failures=8, reason="503")
    await deliveries.note(*KEY, parked)
    await deliveries.note(2, "dst_a", parked)
    later = Parked(parked_until=19, failures=9, reason="ETIMEDOUT")
    await deliveries.note(*KEY, later)
    assert await deliveries.parked(1) == {"dst_a": later}

    await deliveries.note(*KEY, None)
    await deliveries.note(*KEY, None)
    assert await deliveries.parked(1) == {}
    assert await deliveries.parked(2) == {"dst_a": parked}


async def test_in_order_a_user_has_one_call_at_a_time(deliveries):
    """Of each user the earliest call alone is due, and the next one when it is gone, whatever their times."""
    calls = [deferred(1, due_at=50), deferred(2, due_at=5), deferred(3, due_at=5, user="u:bob")]
    await settle(deliveries, again=calls)

    assert await positions(deliveries, now=40, in_order=True) == [3]
    assert await positions(deliveries, now=60, in_order=True) == [3, 1]
    await settle(deliveries, done=[1, 3])
    assert await positions(deliveries, now=60, in_order=True) == [2]


async def test_a_call_put_off_again_moves(deliveries):
    """A call that is put off again has its new time, tries and error, and is still one."""
    await settle(deliveries, again=[deferred(1)])
    await settle(deliveries, again=[deferred(1, due_at=99, tries=2, error="reset")])

    (call,) = await deliveries.due(*KEY, now=99, limit=10, in_order=False)
    assert (call.due_at, call.tries, call.error) == (99, 2, "reset")


async def test_who_waits(deliveries):
    """Users with waiting calls are told; many may be asked for at once."""
    await settle(deliveries, again=[deferred(1), deferred(2, user="u:bob")])

    asked = [f"u:{number}" for number in range(1200)] + ["u:ann", "u:bob"]
    assert await deliveries.waiting(*KEY, asked) == {"u:ann", "u:bob"}
    assert await deliveries.waiting(*KEY, []) == set()


@pytest.mark.parametrize("other", [(2, "dst_a"), (1, "dst_b")])
async def test_destinations_do_not_meet(deliveries, other):
    """What waits, counts and failures belong to one destination of one environment."""
    tally = Tally(*KEY, 5, "Order", "failed", "400", 1)
    failure = Failure(
        environment_id=1,
        destination_id="dst_a",
        at=1,
        position=1,
        name="x",
        call_id="m",
        reason="r",
        detail="",
        tries=1,
    )
    await settle(deliveries, again=[deferred(1)], tallies=[tally], failures=[failure])

    assert await positions(deliveries, key=other) == []
    assert await deliveries.next_due_at(*other) is None
    assert await deliveries.waiting(*other, ["u:ann"]) == set()
    assert await deliveries.depth(*other) == 0
    assert await deliveries.tallies(*other, since_hour=0) == []
    assert await deliveries.failures(*other, limit=5) == []
    await settle(deliveries, key=other, done=[1])
    assert await deliveries.depth(*KEY) == 1


async def test_counts_add_up(deliveries):
    """The same count of the same hour grows; other hours, names and reasons stand apart."""
    one = Tally(*KEY, 5, "Order", "failed", "400", 2)
    other = Tally(*KEY, 6, "Order", "failed", "400", 1)
    await settle(deliveries, tallies=[one, other])
    await settle(deliveries, tallies=[one])

    assert await deliveries.tallies(*KEY, since_hour=5) == [Tally(*KEY, 5, "Order", "failed", "400", 4), other]
    assert await deliveries.tallies(*KEY, since_hour=6) == [other]
    assert await deliveries.tallies(*KEY, since_hour=6, name="Order") == [other]
    assert await deliveries.tallies(*KEY, since_hour=6, name="Refund") == []


async def test_the_newest_failures_are_kept(deliveries):
    """Failures are listed newest first, and only so many are kept."""
    failures = [
        Failure(
            environment_id=1,
            destination_id="dst_a",
            at=at,
            position=at,
            name="Order",
            call_id=f"m{at}",
            reason="400",
            detail="no",
            tries=1,
        )
        for at in range(FAILURES_KEPT + 20)
    ]
    for start in range(0, len(failures), 30):
        await settle(deliveries, failures=failures[start : start + 30])

    kept = await deliveries.failures(*KEY, limit=1000)
    assert kept == failures[::-1][: len(kept)]
    assert len(kept) == FAILURES_KEPT
    assert await deliveries.failures(*KEY, limit=1, name="Order") == kept[:1]
    assert await deliveries.failures(*KEY, limit=1, name="Refund") == []


async def test_failures_are_delivered_again(deliveries):
    """Failures go back into the queue with what was to be sent, due at once, and off the list; others' stay."""
    fields = {"at": 5, "name": "Order", "call_id": "m", "reason": "400", "detail": "no", "tries": 3}
    whole = Failure(environment_id=1, destination_id="dst_a", position=7, body=b"{}", **fields)
    older = Failure(environment_id=1, destination_id="dst_a", position=8, **fields)
    other = Failure(environment_id=2, destination_id="dst_a", position=7, body=b"{}", **fields)
    await settle(deliveries, failures=[whole, older])
    await settle(deliveries, key=(2, "dst_a"), failures=[other])

    assert await deliveries.again(*KEY, now=50) == 1

    (waiting,) = await deliveries.due(*KEY, now=50, limit=10, in_order=False)
    assert (waiting.position, waiting.body, waiting.tries, waiting.due_at) == (7, b"{}", 0, 50)
    assert await deliveries.failures(*KEY, limit=10) == [older]
    assert await deliveries.failures(2, "dst_a", limit=10) == [other]
    assert await deliveries.again(*KEY, now=60) == 0


async def test_a_deleted_destination_leaves_nothing(deliveries, database):
    """Deleting a destination deletes what waited for it, its counts and its failures."""
    destinations = SqlDestinationStore(database, SecretBox("0123456789abcdef"))
    await destinations.put(Destination(environment_id=1, id="dst_a", kind="webhook", name="A", created=1))
    await settle(deliveries, again=[deferred(1)], tallies=[Tally(*KEY, 5, "Order", "received", "", 1)])

    await destinations.delete(1, "dst_a")

    assert await deliveries.depth(*KEY) == 0
    assert await deliveries.tallies(*KEY, since_hour=0) == []
