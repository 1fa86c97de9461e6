import pytest

from tidings.app.release import Overdue, drop_overdue, overdue
from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.effects import AttemptStart, Settlement
from tidings.messages import Attempt, Sent, Status


@pytest.fixture
async def held(database, write, a_message, noon):
    """Held at noon: 700 messages from before are overdue, one came since, one is due tomorrow."""
    old = [a_message(f"m{number}", enqueued=noon - 60_000) for number in range(700)]
    await write(messages=[*old, a_message("new", enqueued=noon + 5), a_message("later", enqueued=noon + 86_400_000)])
    return await SqlInstallationStore(database).keep("restored", now=noon)


async def test_what_waits_is_told_apart(database, held, noon):
    """Messages from before the hold, and those that came since."""
    assert await overdue(SqlMessageQueue(database), held, now=noon + 9) == Overdue(old=700, new=1)


async def test_what_is_dropped_says_why(database, held, noon):
    """What was overdue ends as CANCELED, with the reason in its history; what came since stays."""
    queue, messages, told = SqlMessageQueue(database), SqlMessageStore(database), []

    count = await drop_overdue(queue, held, because="the original sent them", now=noon + 9, progress=told.append)

    assert count == told[-1] == 700
    assert len(told) == 2
    assert await queue.depth() == 2
    message = await messages.get(1, "m5")
    assert (message.status, message.error) == (Status.CANCELED, "not sent: the original sent them")
    (*_, last) = await messages.history(1, "m5")
    assert (last.type, last.fields) == ("CANCELED", {"error_message": "not sent: the original sent them"})
    assert (await messages.get(1, "new")).status is Status.ENQUEUED


async def test_what_was_sent_before_is_not_called_canceled(database, held, noon):
    """A message that only waits for news ends as sent when it is dropped; its next channel is not asked."""
    queue, messages = SqlMessageQueue(database), SqlMessageStore(database)
    attempt = Attempt(environment_id=1, message_id="m5", number=1, channel="email", provider="smtp", started=noon)
    await queue.start([AttemptStart(attempt=attempt)])
    took = {"status": Status.ROUTED, "at": noon + 1, "attempt": 1, "outcome": Sent("r"), "due_at": noon + 2}
    await queue.settle([Settlement(environment_id=1, message_id="m5", **took)])

    await drop_overdue(queue, held, because="the original sent them", now=noon + 9, progress=lambda _: None)

    message = await messages.get(1, "m5")
    assert (message.status, message.error, message.sent, message.channel) == (Status.SENT, "", noon + 1, "email")
    (*_, last) = await messages.history(1, "m5")
    assert last.type == "NOT_ESCALATED"
    assert "the original sent them" in last.fields["reason"]
