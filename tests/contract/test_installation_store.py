import asyncio

import pytest

from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.effects import AttemptStart, Settlement
from tidings.messages import Attempt, Status
from tidings.ports import Hold


@pytest.fixture
def itself(database):
    """The row of a new installation."""
    return SqlInstallationStore(database)


@pytest.fixture
def queue(database):
    """Its due queue."""
    return SqlMessageQueue(database)


async def test_a_new_installation_may_send(itself):
    """It has an id, has not moved in anywhere, and is not held."""
    assert len(await itself.id()) == 32
    assert await itself.home() is None
    assert await itself.hold() is None
    assert not await itself.release()


async def test_a_servers_database_has_a_name_and_numbers(itself):
    """Where it lives in a server, the server tells where, and always the same; a file has no server."""
    server = await itself.server()
    assert server == await itself.server()
    if server is not None:
        name, number, identity = server
        assert name
        assert number > 0
        assert identity.isdigit()


async def test_moving_in_is_noted(itself):
    """Where it lives now is kept; nothing else changes."""
    before = await itself.id()

    assert await itself.move_in("here", instead_of=None, now=5)

    assert await itself.home() == "here"
    assert await itself.hold() is None
    assert await itself.id() == before


async def test_of_two_that_move_in_one_is_told(itself):
    """Whoever comes second finds that the home is no longer what it saw, and changes nothing."""
    moves = (itself.move_in(home, instead_of=None, held_because="a copy", now=5) for home in ("a", "b"))

    assert sorted(await asyncio.gather(*moves)) == [False, True]
    assert not await itself.move_in("c", instead_of="elsewhere", now=6)


async def test_a_copy_is_held_and_is_another_one(itself):
    """With a reason it is a copy: held since then, and no longer of the same id."""
    await itself.move_in("here", instead_of=None, now=5)
    before = await itself.id()

    assert await itself.move_in("there", instead_of="here", held_because="copied", now=7)

    assert await itself.hold() == Hold(7, "copied")
    assert await itself.id() != before


async def test_the_first_hold_stands(itself):
    """Holding again, for whatever reason, keeps the time and the reason of the first."""
    assert await itself.keep("first", now=5) == Hold(5, "first")
    assert await itself.keep("second", now=6) == Hold(5, "first")
    await itself.move_in("there", instead_of=None, held_because="copied", now=7)
    assert await itself.hold() == Hold(5, "first")


async def test_a_release_ends_it(itself):
    """After a release it may send, and can be held anew."""
    await itself.keep("first", now=5)
    assert await itself.release()
    assert await itself.hold() is None
    assert await itself.keep("again", now=9) == Hold(9, "again")


async def test_nothing_is_due_while_held(itself, queue, write, a_message, noon):
    """Held, no worker gets a message, however overdue; released, everyone does."""
    await write(messages=[a_message()])
    await itself.keep("first", now=5)

    assert await queue.claim(worker="w", now=noon + 9, until=noon + 99, limit=5) == []
    assert await queue.next_due_at() is None
    assert await queue.depth() == 1

    await itself.release()
    assert await queue.next_due_at() == noon
    assert len(await queue.claim(worker="w", now=noon + 9, until=noon + 99, limit=5)) == 1


async def test_what_was_begun_is_finished(itself, queue, write, a_message, noon):
    """A hold takes nothing back: an attempt that was started before it is settled."""
    await write(messages=[a_message()])
    await queue.claim(worker="w", now=noon, until=noon + 99, limit=5)
    await itself.keep("first", now=5)

    await queue.settle([Settlement(environment_id=1, message_id="m1", status=Status.SENT, at=noon)])

    assert await queue.depth() == 0


async def test_what_is_overdue_can_be_told(queue, itself, write, a_message, noon):
    """Due or claimed messages from before a time; not what is due later, nor what may have been sent."""
    old = [a_message(f"m{number}", enqueued=noon - 10 + number) for number in range(4)]
    await write(messages=[*old, a_message("new", enqueued=noon), a_message("late", enqueued=noon + 50)])
    (first, *_) = await queue.claim(worker="w", now=noon - 9, until=noon + 999, limit=2)
    attempt = Attempt(environment_id=1, message_id=first.message.id, number=1, channel="c", provider="p", started=1)
    await queue.start([AttemptStart(attempt=attempt)])
    await itself.keep("first", now=5)

    told = await queue.overdue(now=noon + 5, before=noon, limit=9)

    assert sorted(told) == [(1, "m1"), (1, "m2"), (1, "m3")]
    assert await queue.count_overdue(now=noon + 5, before=noon) == 3
    assert await queue.count_overdue(now=noon + 5, before=noon + 99) == 4
    assert len(await queue.overdue(now=noon + 5, before=noon, limit=2)) == 2
