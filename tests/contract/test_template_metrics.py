"""How far the messages of a template came: the port's law, on every backend."""

import pytest

from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.template_metrics import SqlTemplateMetrics
from tidings.effects import AttemptStart, Settlement
from tidings.ledger import DAY_MS, HOUR_MS, Handled
from tidings.messages import Attempt, Reason, RetryLater, Sent, Status, Undeliverable


@pytest.fixture
def queue(database):
    """The due queue."""
    return SqlMessageQueue(database)


@pytest.fixture
def tried(queue, write, a_message, noon):
    """Make a message of a template and try it: one outcome for each provider, the last decides."""

    async def work(message_id, *tries, status=Status.SENT, at=noon, template_id="nt_a", environment_id=1):
        of = {"environment_id": environment_id, "message_id": message_id}
        fields = {"environment_id": environment_id, "template_id": template_id, "enqueued": at}
        await write(messages=[a_message(message_id, **fields)])
        for number, (provider, outcome) in enumerate(tries, 1):
            made = Attempt(**of, number=number, channel="email", provider=provider, started=at)
            await queue.start([AttemptStart(attempt=made)])
            is_last = number == len(tries)
            way = {"channel": "email", "provider": provider} if is_last else {}
            ends = status if is_last else Status.ROUTED
            due_at = None if ends is not Status.ROUTED else at + 1
            await queue.settle(
                [Settlement(**of, status=ends, at=at + 5, attempt=number, outcome=outcome, due_at=due_at, **way)]
            )

    return work


@pytest.fixture
def read(database, noon):
    """Read what there is of a template on the day of noon."""

    async def work(template_id="nt_a", *, step_ms=DAY_MS, limit=100, environment_id=1):
        start = noon // DAY_MS * DAY_MS
        window = {"start": start, "end": start + DAY_MS, "step_ms": step_ms, "limit": limit}
        return await SqlTemplateMetrics(database).read(environment_id, template_id, **window)

    return work


async def test_each_provider_and_channel(tried, read, noon):
    """A message is counted once for each that had it in hand, however often it was tried there."""
    refused = Undeliverable(Reason.PROVIDER_ERROR, "no")
    await tried("m1", ("smtp", Sent()))
    await tried("m2", ("smtp", RetryLater("full")), ("smtp", refused), ("postmark", Sent()))
    await tried("m0", ("mailgun", Undeliverable(Reason.FILTERED, "a condition")), status=Status.FILTERED)
    await tried("m3", ("smtp", refused), status=Status.UNDELIVERABLE)
    await tried("m4", ("smtp", Sent()), template_id="nt_b")
    await tried("m5", ("smtp", Sent()), environment_id=2)
    await tried("m6", ("smtp", Sent()), at=noon + DAY_MS)

    found = await read()

    day = {"start": noon // DAY_MS * DAY_MS, "channel": "email"}
    assert found.is_all
    assert list(found.handled) == [
        Handled(**day, provider="postmark", sent=1),
        Handled(**day, provider="smtp", sent=1, errors=2, undeliverable=1),
    ]


async def test_the_newest_are_looked_at(tried, read, noon):
    """Of more than are looked at, the oldest are missing, and the answer says so."""
    for number in range(3):
        await tried(f"m{number}", ("smtp", Sent()), at=noon + number * HOUR_MS)

    found = await read(step_ms=HOUR_MS, limit=2)

    assert not found.is_all
    assert [(each.start, each.sent) for each in found.handled] == [(noon + HOUR_MS, 1), (noon + 2 * HOUR_MS, 1)]
    assert (await read(limit=3)).is_all
