import asyncio
from typing import Any

import msgspec
import pytest

from tidings.effects import Effects
from tidings.inbound_events import EventStatus
from tidings.ledger import Period
from tidings.ports import EventFilter

EVER = Period(0, 2**30)
IDENTIFY = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}}
TRACK = {"type": "track", "userId": "ann", "event": "Order", "properties": {"name": "Ann"}}


async def drain(step: Any) -> None:
    """Apply all there is."""
    while await step.run_once(0) is not None:
        pass


async def events(house: Any, environment_id: int = 1) -> list[Any]:
    """Read the log, oldest first."""
    page = await house.events.page(environment_id, EventFilter(), limit=100, cursor=None)
    return list(reversed(page.items))


async def test_calls_are_applied_in_order_and_once(house: Any) -> None:
    """What is in the stream is applied once, however often the step runs."""
    await house.append(IDENTIFY, TRACK)
    await house.append({**IDENTIFY, "traits": {"plan": "pro"}})
    step = house.inbound()
    await drain(step)
    await drain(house.inbound())
    assert [event.type for event in await events(house)] == ["identify", "track", "identify"]
    profile = await house.profiles.find(1, "ann")
    assert profile.data == {"email": "ann@example.com", "plan": "pro"}


async def test_a_call_delivered_twice_counts_once(house: Any) -> None:
    """A client's retry, whole requests apart, is dropped; the drop is counted."""
    await house.append({**TRACK, "messageId": "m1"})
    await drain(house.inbound())
    await house.append({**TRACK, "messageId": "m1"})
    await drain(house.inbound())
    assert len(await events(house)) == 1
    async with house.ledger.open() as reading:
        counted = await reading.calls(1, EVER)
    assert {tally.word: tally.count for tally in counted} == {"ACCEPTED": 2, "UNMAPPED": 1, "DUPLICATE": 1}


async def test_two_workers_on_one_partition_do_no_harm(house: Any, email_elements: Any) -> None:
    """Whoever loses the race for a batch does nothing: every call is applied once."""
    await house.map("Order", email_elements())
    for number in range(20):
        await house.append({**TRACK, "properties": {"n": number}})
    steps = [house.inbound(count_max=3) for _ in range(4)]
    await asyncio.gather(*(drain(step) for step in steps))
    logged = await events(house)
    assert [msgspec.json.decode(event.body)["properties"]["n"] for event in logged] == list(range(20))
    assert await house.queue.depth() == 20


async def test_events_are_unmapped_until_published_and_mapped(house: Any, email_elements: Any) -> None:
    """Mapping later starts with the next call; what came before stays as it was (R30 to R32)."""
    step = house.inbound()
    await house.append(TRACK)
    await drain(step)
    await house.map("Order", email_elements())
    await house.append(TRACK)
    await drain(step)
    await house.event_maps.delete(1, "Segment-TrackEvent:Order")
    await house.append(TRACK)
    await drain(step)
    assert [event.status for event in await events(house)] == [
        EventStatus.UNMAPPED,
        EventStatus.MAPPED,
        EventStatus.UNMAPPED,
    ]
    assert await house.queue.depth() == 1


async def test_environments_do_not_meet(house: Any, email_elements: Any) -> None:
    """The same user and event in another environment are another user and another event."""
    await house.map("Order", email_elements(), environment_id=2)
    await house.append(IDENTIFY, TRACK, environment_id=1)
    await drain(house.inbound())
    assert await house.profiles.find(2, "ann") is None
    assert await events(house, environment_id=2) == []
    assert await house.queue.depth() == 0


async def test_a_request_that_cannot_be_applied_holds_nobody_up(house: Any) -> None:
    """An entry that no worker can apply is put in the log as discarded, and the others go on."""
    await house.append(IDENTIFY)
    await house.append({**TRACK, "userId": "poison"})
    await house.append(TRACK)

    class Fragile:
        """The real store; it fails on one user as a full index or a bad value would."""

        def transaction(self, partition: int) -> Any:
            """Open the real transaction with a trap in it."""
            return trapped(house.inbound_store.transaction(partition))

        async def transact(self, partition: int, work: Any) -> Any:
            """The same, whole."""
            async with self.transaction(partition) as transaction:
                return await work(transaction)

    step = house.inbound(store=Fragile())
    await drain(step)
    assert [(event.user_key, event.status, event.reason) for event in await events(house)] == [
        ("u:ann", EventStatus.APPLIED, ""),
        ("", EventStatus.DISCARDED, "internal"),
        ("u:ann", EventStatus.UNMAPPED, ""),
    ]


def trapped(opening: Any) -> Any:
    """Wrap a transaction so that writing the poisoned user's event fails."""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def manager() -> Any:
        async with opening as transaction:
            real = transaction.apply

            async def apply(effects: Effects, **where: Any) -> bool:
                if any(event.user_key == "u:poison" for event in effects.events):
                    raise OverflowError("Python int too large to convert to SQLite INTEGER")
                return bool(await real(effects, **where))

            transaction.apply = apply
            yield transaction

    return manager()


@pytest.mark.parametrize("count_max", [1, 2, 1000])
async def test_batches_are_bounded(house: Any, count_max: int) -> None:
    """Whatever the bound of a batch, all is applied in the end."""
    for _ in range(5):
        await house.append(IDENTIFY, TRACK)
    step = house.inbound(count_max=count_max)
    await drain(step)
    assert len(await events(house)) == 10
