"""Timeouts and escalation, on real stores: who is asked next when nobody took a message, or nothing was heard of it."""

import asyncio
from typing import Any

import pytest

from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.channels import Available, Dispatch, Way
from tidings.errors import Conflict
from tidings.ledger import Period
from tidings.messages import Outcome, Reason, Receipt, RetryLater, Sent, Status, Undeliverable
from tidings.workspaces import Environment

MINUTE = 60_000
UNOPENED = {"criteria": "viewed", "escalation": 10 * MINUTE}


class Ways:
    """One account for email and one for text messages; they answer as told."""

    def __init__(self, **outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes
        self.handed: list[str] = []

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """Offer both."""
        del environment
        return (Available("smtp", "pc_1", "email"), Available("twilio", "pc_2", "sms"))

    def admit(self, way: Way) -> float:
        """Have room for everybody."""
        del way
        return 0.0

    def forgo(self, way: Way) -> None:
        """Have room anyway."""

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Answer the next outcome of the channel."""
        del dispatch
        self.handed.append(way.channel)
        return self.outcomes[way.channel].pop(0)


async def enqueue(house: Any, within: dict[str, Any], **fields: Any) -> str:
    """Make one message wait that goes by email, else by text message."""
    profile = {"email": "ann@example.com", "phone_number": "+4915112345678"}
    await house.profiles.change(1, "u:ann", lambda _: profile, now=house.clock.at)
    content, routing = {"title": "Hi", "body": "Dear"}, {"method": "single", "channels": ["email", "sms"]}
    request = {"to": {"user_id": "ann"}, "content": content, "routing": routing, "timeout": within}
    return str(await house.send({**request, **fields}))


async def hear(house: Any, message_id: str, status: Status, **fields: Any) -> None:
    """Let the email's provider tell something of a message."""
    receipt = Receipt(message_id=message_id, status=status, at=house.clock.at, id="f1", **fields)
    await SqlReceiptLog(house.database).record(1, [receipt], channel="email", provider="smtp")


async def lines(house: Any, message_id: str) -> dict[str, Any]:
    """Read the history by type of line."""
    return {entry.type: entry.fields for entry in await house.messages.history(1, message_id)}


async def balances(house: Any) -> None:
    """See that what the ledger counted is what the rows are."""
    hour = house.clock.at // 3_600_000
    async with house.ledger.open() as reading:
        counted = await reading.messages(1, Period(hour - 1, hour + 100))
        kept = await reading.kept(1, Period(hour - 1, hour + 100))
    finals = {(one.word, one.count) for one in counted if one.word != "MADE" and one.count}
    assert finals == {(one.word, one.count) for one in kept if one.word != "ROUTED"}


async def test_what_is_not_opened_in_time_goes_by_the_next_channel(house: Any) -> None:
    """The email waits for its opening; when the time is over the text message goes, and the history says why."""
    message_id = await enqueue(house, UNOPENED)
    ways = Ways(email=[Sent("e1")], sms=[Sent("s1")])
    step = house.outbound(ways)
    await step.run_once()
    waiting = await house.messages.get(1, message_id)
    assert (waiting.status, waiting.channel) == (Status.ROUTED, "email")
    assert await house.queue.next_due_at() == house.clock.at + 10 * MINUTE
    explained = await house.explainer().message(1, message_id)
    assert "the next channel is asked unless it is opened by" in explained.answer
    assert ("route", "waits") in [(one.step, one.verdict) for one in explained.steps]

    house.clock.at += 10 * MINUTE
    assert await step.run_once() == 1

    assert ways.handed == ["email", "sms"]
    assert (await house.messages.get(1, message_id)).status is Status.SENT
    told = (await lines(house, message_id))["ESCALATED"]
    assert told["reason"] == "not opened within 600 s: the next channel is asked"
    assert told["channel"] == {"id": "email"}
    steps = (await house.explainer().message(1, message_id)).steps
    assert [one.why for one in steps if one.step == "route"][-1] == told["reason"]
    assert await house.queue.depth() == 0
    await balances(house)


async def test_an_opening_cancels_it(house: Any) -> None:
    """What was opened meanwhile ends as OPENED at once; nobody else is asked, and the moments are kept."""
    message_id = await enqueue(house, UNOPENED)
    ways = Ways(email=[Sent("e1")], sms=[])
    step = house.outbound(ways)
    await step.run_once()
    sent_at = house.clock.at

    house.clock.at += MINUTE
    await hear(house, message_id, Status.OPENED)
    assert await step.run_once() == 1

    message = await house.messages.get(1, message_id)
    assert (message.status, message.sent, message.opened) == (Status.OPENED, sent_at, house.clock.at)
    assert (message.channel, message.provider) == ("email", "smtp")
    assert "it was opened in time" in (await lines(house, message_id))["NOT_ESCALATED"]["reason"]
    assert ways.handed == ["email"]
    assert await house.queue.depth() == 0
    await balances(house)


async def test_less_than_was_asked_for_goes_on_waiting(house: Any) -> None:
    """Delivered is not opened: the message is looked at, and put back until its time."""
    message_id = await enqueue(house, UNOPENED)
    step = house.outbound(Ways(email=[Sent("e1")], sms=[]))
    await step.run_once()
    until = house.clock.at + 10 * MINUTE
    house.clock.at += MINUTE
    await hear(house, message_id, Status.DELIVERED)
    assert await step.run_once() == 1
    assert await house.queue.next_due_at() == until
    assert (await house.messages.get(1, message_id)).status is Status.ROUTED


async def test_what_comes_back_escalates_at_once(house: Any) -> None:
    """A bounce is heard before the time is over: the next channel need not wait for it."""
    message_id = await enqueue(house, UNOPENED)
    ways = Ways(email=[Sent("e1")], sms=[Sent("s1")])
    step = house.outbound(ways)
    await step.run_once()
    await hear(house, message_id, Status.UNDELIVERABLE, reason=Reason.BOUNCED, detail="mailbox full")
    await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.channel, ways.handed) == (Status.SENT, "sms", ["email", "sms"])
    assert await house.queue.depth() == 0
    await balances(house)


async def test_what_comes_back_with_nobody_left_is_undeliverable(house: Any) -> None:
    """When the next channel refuses, too, the message ends with its reason."""
    message_id = await enqueue(house, UNOPENED)
    step = house.outbound(Ways(email=[Sent("e1")], sms=[Undeliverable(Reason.BOUNCED, "no such number")]))
    await step.run_once()
    await hear(house, message_id, Status.UNDELIVERABLE, reason=Reason.BOUNCED, detail="mailbox full")
    await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == (Status.UNDELIVERABLE, Reason.BOUNCED)
    await balances(house)


@pytest.mark.parametrize("sms", [Undeliverable(Reason.BOUNCED, "no such number"), RetryLater("busy")])
async def test_what_was_taken_stays_sent(house: Any, sms: Outcome) -> None:
    """A message whose escalation fails, or has no time left, was sent all the same."""
    message_id = await enqueue(house, {**UNOPENED, "message": 15 * MINUTE})
    step = house.outbound(Ways(email=[Sent("e1")], sms=[sms] * 9))
    await step.run_once()
    for _ in range(3):
        house.clock.at += 10 * MINUTE
        await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.channel, message.reason) == (Status.SENT, "email", None)
    assert await house.queue.depth() == 0
    await balances(house)


async def test_what_expires_meanwhile_was_sent(house: Any) -> None:
    """A gate that closes while news is awaited keeps back the next channel, not what was sent."""
    message_id = await enqueue(house, UNOPENED, expiry={"expires_in": 5 * MINUTE})
    ways = Ways(email=[Sent("e1")], sms=[])
    step = house.outbound(ways)
    await step.run_once()
    house.clock.at += 10 * MINUTE
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.SENT
    assert "it expired" in (await lines(house, message_id))["NOT_ESCALATED"]["reason"]
    await balances(house)


async def test_what_was_taken_cannot_be_taken_back(house: Any) -> None:
    """A message that waits for news alone is too late to cancel, alone or with its request."""
    message_id = await enqueue(house, UNOPENED)
    await house.outbound(Ways(email=[Sent("e1")])).run_once()
    with pytest.raises(Conflict, match="took it"):
        await house.changes.cancel(1, message_id, now=house.clock.at)
    assert await house.changes.cancel_request(1, message_id, now=house.clock.at) == 0


async def test_a_channel_that_takes_nothing_in_its_time_is_left(house: Any) -> None:
    """The next channel is asked when the channel's time is over, and the history names whose time that was."""
    message_id = await enqueue(house, {"channel": {"email": MINUTE}})
    step = house.outbound(Ways(email=[RetryLater("busy")] * 9, sms=[Sent("s1")]))
    await step.run_once()
    for _ in range(9):
        house.clock.at += 30_000
        await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.channel) == (Status.SENT, "sms")
    told = (await lines(house, message_id))["TIMED_OUT"]
    assert told["reason"] == "email took nothing within its 60 s: others are asked"


async def test_a_message_ends_when_its_time_is_over(house: Any) -> None:
    """The message's own time ends it with the reason, whoever might still be asked."""
    message_id = await enqueue(house, {"message": MINUTE})
    step = house.outbound(Ways(email=[RetryLater("busy")] * 9, sms=[RetryLater("busy")] * 9))
    await step.run_once()
    for _ in range(9):
        house.clock.at += 30_000
        await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == (Status.UNDELIVERABLE, Reason.PROVIDER_ERROR)
    assert message.error.startswith("there is no time left: the message has 60 s (timeout.message)")
    assert await house.queue.depth() == 0
    await balances(house)


async def test_a_delay_is_not_counted_as_trying(house: Any) -> None:
    """The times begin with the first attempt: what was delayed for days is tried as long as anything else."""
    delay = {"duration": 3 * 24 * 60 * MINUTE}
    message_id = await enqueue(house, {}, delay=delay, routing={"method": "single", "channels": ["email"]})
    step = house.outbound(Ways(email=[RetryLater("busy"), Sent("e1")]))
    await step.run_once()
    house.clock.at += delay["duration"] + MINUTE
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.ROUTED
    house.clock.at += MINUTE
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def test_a_failover_waits_for_no_look(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has nothing else to do is woken for the next channel as soon as the first has refused."""
    woken: list[str] = []
    wake = house.wakeup.wake
    monkeypatch.setattr(house.wakeup, "wake", lambda topic: (woken.append(topic), wake(topic)))
    message_id = await enqueue(house, {})
    refused, asked = Undeliverable(Reason.PROVIDER_ERROR, "a wrong key"), asyncio.Event()

    class Told(Ways):
        async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
            woken.append(way.channel)
            if way.channel == "sms":
                asked.set()
            return await super().send(way, dispatch)

    stop = asyncio.Event()
    woken.clear()
    running = asyncio.create_task(house.outbound(Told(email=[refused], sms=[Sent("s1")])).run(stop))
    async with asyncio.timeout(60):
        await asked.wait()
    assert woken == ["email", "due", "sms"]
    stop.set()
    house.wakeup.wake("due")
    await running
    assert (await house.messages.get(1, message_id)).status is Status.SENT
