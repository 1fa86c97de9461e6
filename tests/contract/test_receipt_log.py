"""What providers tell of messages sent before: the port's law, on every backend."""

import msgspec
import pytest

from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.receipt_log import RECEIPTS_MAX, SqlReceiptLog
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.channels import Way
from tidings.effects import AttemptStart, Settlement
from tidings.messages import Attempt, Reason, Receipt, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.ports import Facts


@pytest.fixture
def receipts(database):
    """The receipts of an empty database."""
    return SqlReceiptLog(database)


@pytest.fixture
def messages(database):
    """The messages."""
    return SqlMessageStore(database)


@pytest.fixture
def settled(database, write, a_message, noon):
    """Make messages that were tried, and came to something."""
    queue = SqlMessageQueue(database)

    async def make(message_id="m1", status=Status.SENT, *outcomes, **fields):
        await write(messages=[a_message(message_id)])
        await queue.claim(worker="w", now=noon, until=noon + 1000, limit=10)
        providers = ("postmark", "twilio")
        for number, outcome in enumerate(outcomes or (Sent("r"),), 1):
            attempt = Attempt(
                environment_id=1,
                message_id=message_id,
                number=number,
                channel="email",
                provider=providers[number - 1],
                started=noon,
            )
            await queue.start([AttemptStart(attempt=attempt)])
            settlement = Settlement(
                environment_id=1,
                message_id=message_id,
                status=status,
                at=noon,
                attempt=number,
                outcome=outcome,
                due_at=noon + 1000 if status is Status.ROUTED or number < len(outcomes) else None,
                **fields,
            )
            await queue.settle([settlement if number == max(len(outcomes), 1) else _under_way(settlement)])

    return make


def _under_way(settlement):
    return msgspec.structs.replace(settlement, status=Status.ROUTED)


def receipt(status, message_id="m1", fact="f1", at=1_767_268_900_000, **fields):
    """A fact."""
    return Receipt(message_id=message_id, status=status, at=at, id=fact, **fields)


async def record(receipts, *facts, environment_id=1, provider="postmark"):
    """Record facts of an email provider."""
    return await receipts.record(environment_id, facts, channel="email", provider=provider)


async def test_what_several_tell_is_recorded_together(receipts, messages, settled):
    """Facts of several accounts and messages are one transaction; each counts as if it had come alone."""
    await settled("m1")
    await settled("m2")

    def told(provider, *facts, environment_id=1):
        return Facts(environment_id=environment_id, channel="email", provider=provider, receipts=facts)

    opened, clicked = receipt(Status.OPENED), receipt(Status.CLICKED, "m2", "f2")
    facts = [told("postmark", opened), told("smtp", clicked), told("postmark", opened), told("postmark")]

    assert await receipts.record_all([*facts, told("postmark", opened, environment_id=2)]) == 2
    assert await receipts.record_all([]) == 0

    assert [(await messages.get(1, each)).status for each in ("m1", "m2")] == [Status.OPENED, Status.CLICKED]
    lines = [line.type for line in await messages.history(1, "m1")]
    assert lines.count("OPENED") == 1


async def test_a_message_moves_on(receipts, messages, settled):
    """Delivered, opened and clicked move a message on, each with its moment and a line of the history."""
    await settled()
    for number, status in enumerate((Status.DELIVERED, Status.OPENED, Status.CLICKED)):
        assert await record(receipts, receipt(status, fact=f"f{number}", at=1_767_268_900_000 + number)) == 1
        assert (await messages.get(1, "m1")).status is status
    message = await messages.get(1, "m1")
    assert (message.delivered, message.opened, message.clicked) == (
        1_767_268_900_000,
        1_767_268_900_001,
        1_767_268_900_002,
    )
    history = [entry.type for entry in await messages.history(1, "m1")]
    assert history[-3:] == ["DELIVERED", "OPENED", "CLICKED"]


async def test_a_fact_told_twice(receipts, messages, settled):
    """The same fact again, in one batch or in another, changes nothing; another fact is another line."""
    await settled()
    assert await record(receipts, receipt(Status.OPENED), receipt(Status.OPENED)) == 1
    assert await record(receipts, receipt(Status.OPENED)) == 0
    assert await record(receipts, receipt(Status.OPENED, fact="f2")) == 1
    history = [entry.type for entry in await messages.history(1, "m1")]
    assert history.count("OPENED") == 2


async def test_a_message_never_moves_back(receipts, messages, settled):
    """What comes late or out of order is told, and the status stays at the furthest."""
    await settled()
    await record(receipts, receipt(Status.CLICKED, fact="c"))
    await record(receipts, receipt(Status.DELIVERED, fact="d"))
    await record(receipts, receipt(Status.UNDELIVERABLE, fact="u", reason=Reason.BOUNCED))
    message = await messages.get(1, "m1")
    assert message.status is Status.CLICKED
    assert message.delivered
    assert (
        len([entry for entry in await messages.history(1, "m1") if entry.type in {"DELIVERED", "UNDELIVERABLE"}]) == 2
    )


async def test_a_bounce(receipts, messages, settled):
    """A message that was sent and came back is undeliverable, and says why."""
    await settled()
    await record(receipts, receipt(Status.UNDELIVERABLE, reason=Reason.BOUNCED, detail="no such mailbox"))
    message = await messages.get(1, "m1")
    assert (message.status, message.reason, message.error) == (Status.UNDELIVERABLE, Reason.BOUNCED, "no such mailbox")


async def test_a_bounce_of_one_of_two(receipts, messages, settled):
    """A message that another provider took, too, is still sent."""
    await settled("m1", Status.SENT, Sent("a"), Sent("b"))
    await record(receipts, receipt(Status.UNDELIVERABLE, reason=Reason.BOUNCED))
    assert (await messages.get(1, "m1")).status is Status.SENT


async def test_an_unknown_that_becomes_known(receipts, messages, settled):
    """A message of which nobody knew whether it was sent was sent when a receipt says so."""
    await settled("m1", Status.UNDELIVERABLE, Unknown("lost"), outcome_unknown=True, reason=Reason.FAILED, error="?")
    await record(receipts, receipt(Status.DELIVERED))
    message = await messages.get(1, "m1")
    assert (message.status, message.outcome_unknown, message.reason, message.error) == (
        Status.DELIVERED,
        False,
        None,
        "",
    )


async def test_a_message_under_way(receipts, messages, settled, database):
    """A receipt that comes before all is settled is told, and the message stays in the queue."""
    await settled("m1", Status.ROUTED)
    await record(receipts, receipt(Status.DELIVERED))
    message = await messages.get(1, "m1")
    assert message.status is Status.ROUTED
    assert message.delivered
    assert await SqlMessageQueue(database).depth() == 1


async def test_somebody_elses_message(receipts, messages, settled):
    """An id of another environment, or of nothing, changes nothing."""
    await settled()
    assert await record(receipts, receipt(Status.DELIVERED), environment_id=2) == 0
    assert await record(receipts, receipt(Status.DELIVERED, message_id="nothing")) == 0
    assert await record(receipts) == 0
    assert (await messages.get(1, "m1")).status is Status.SENT


async def test_histories_do_not_grow_without_end(receipts, messages, settled):
    """A scanner that clicks for ever fills no history."""
    await settled()
    facts = [receipt(Status.CLICKED, fact=f"f{number}") for number in range(RECEIPTS_MAX + 50)]
    assert await record(receipts, *facts) == RECEIPTS_MAX
    assert await record(receipts, receipt(Status.CLICKED, fact="more")) == 0


@pytest.fixture
def queue(database):
    """The due queue."""
    return SqlMessageQueue(database)


async def test_news_of_a_message_that_waits_for_it(receipts, messages, settled, queue):
    """Its moment is kept, its status stays, and it is looked at at once; other environments change nothing of it."""
    await settled("m1", Status.ROUTED)
    assert await record(receipts, receipt(Status.OPENED), environment_id=2) == 0
    before = await queue.next_due_at()
    await record(receipts, receipt(Status.OPENED, at=7))
    message = await messages.get(1, "m1")
    assert (message.status, message.opened) == (Status.ROUTED, 7)
    assert before > 0 == await queue.next_due_at()


async def test_who_asked_to_come_back_later_is_not_asked_sooner(receipts, settled, queue):
    """News of one way hurries nobody else: a wait that another asked for goes on."""
    await settled("m1", Status.ROUTED, Sent("r"), RetryLater("busy", after_s=60))
    before = await queue.next_due_at()
    await record(receipts, receipt(Status.OPENED))
    assert await queue.next_due_at() == before


async def test_what_comes_back_of_a_message_that_waits(receipts, messages, settled, queue):
    """Its attempt has failed after all, with the reason, and the message is looked at at once; not once it ended."""
    await settled("m1", Status.ROUTED)
    await record(receipts, receipt(Status.UNDELIVERABLE, reason=Reason.BOUNCED, detail="full"))
    (attempt,) = await messages.attempts(1, "m1")
    assert attempt.outcome == Undeliverable(Reason.BOUNCED, "full")
    assert await queue.next_due_at() == 0
    await settled("m2", Status.SENT)
    await record(receipts, receipt(Status.UNDELIVERABLE, "m2", reason=Reason.BOUNCED))
    assert isinstance((await messages.attempts(1, "m2"))[0].outcome, Sent)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"reason": Reason.BOUNCED}, "bounce"),
        ({"reason": Reason.UNSUBSCRIBED}, "complaint"),
        ({"reason": Reason.FAILED}, None),
        ({"reason": Reason.BOUNCED, "channel": "push"}, None),
        ({"reason": Reason.BOUNCED, "tried": "old@example.com"}, None),
    ],
)
async def test_what_closes_an_address(receipts, database, write, a_message, noon, told, kind):  # noqa: PLR0917 - pytest
    """An email that came back for good, or of which somebody complained, closes the address that it went to."""
    queue, channel = SqlMessageQueue(database), told.get("channel", "email")
    await write(messages=[a_message("m1", to={"email": " Ann@Example.com"})])
    await queue.claim(worker="w", now=noon, until=noon + 1000, limit=10)
    of = {"environment_id": 1, "message_id": "m1"}
    way = Way(channel, "postmark", "pc_1", told.get("tried", "Ann@Example.com"))
    attempt = Attempt(**of, number=1, channel=channel, provider="postmark", way=way.key, started=noon)
    await queue.start([AttemptStart(attempt=attempt)])
    await queue.settle([Settlement(**of, status=Status.SENT, at=noon, attempt=1, outcome=Sent("r"))])

    fact = Receipt(message_id="m1", status=Status.UNDELIVERABLE, at=noon, id="f1", reason=told["reason"])
    for _ in range(2):
        await receipts.record(1, [fact], channel=channel, provider="postmark")

    found = (await SqlSuppressionStore(database).page(1, limit=5, cursor=None)).items
    assert [(each.address, each.kind) for each in found] == ([("email:ann@example.com", kind)] if kind else [])
