from typing import Any

import pytest

from tidings.errors import Conflict, NotFound
from tidings.lists import Subscription
from tidings.messages import FINAL, Message, Reason, Sent, Status, Undeliverable, Unknown
from tidings.ports import MessageFilter

CONTENT = {"title": "Hello {{name}}", "body": "Dear"}
HOUR = 3_600_000


class Answers:
    """A provider that answers as told, in turn, and counts what it was handed."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)
        self.handed: list[Any] = []

    async def available(self, environment: Any) -> tuple[Any, ...]:
        """Offer one account."""
        from tidings.channels import Available

        return (Available("smtp", "", "email"),)

    def admit(self, way: Any) -> float:
        """Have room for everybody."""
        del way
        return 0.0

    def forgo(self, way: Any) -> None:
        """Have room anyway."""

    async def send(self, way: Any, dispatch: Any) -> Any:
        """Answer the next outcome."""
        self.handed.append(dispatch)
        return self.outcomes.pop(0) if self.outcomes else Sent()


async def send(house: Any, number: int = 0, **fields: Any) -> str:
    """Send to Ann, who has an address."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    request = {"to": {"user_id": "ann"}, "content": CONTENT, **fields}
    return str(await house.send(request, request_id=f"1-65540000-{number:024}"))


async def everything(house: Any, **where: Any) -> list[Message]:
    """List messages."""
    found: list[Message] = (await house.messages.page(1, MessageFilter(**where), limit=100, cursor=None)).items
    return found


async def test_a_waiting_message_is_cancelled(house: Any) -> None:
    """It ends as CANCELED, its history says so, and no provider ever hears of it."""
    message_id = await send(house, delay={"duration": HOUR})
    providers = Answers()
    await house.outbound(providers).run_once()

    canceled = await house.changes.cancel(1, message_id, now=house.clock.at)
    assert canceled.status is Status.CANCELED
    assert (await house.changes.cancel(1, message_id, now=house.clock.at + 1)).updated == canceled.updated

    house.clock.at += HOUR
    await house.outbound(providers).run_once()
    assert providers.handed == []
    assert await house.queue.depth() == 0
    assert [entry.type for entry in await house.messages.history(1, message_id)] == ["ENQUEUED", "DELAYED", "CANCELED"]


async def test_it_can_be_too_late(house: Any) -> None:
    """What has ended, and what a provider is being asked about, cannot be taken back; the unknown is unknown."""
    message_id = await send(house)
    await house.outbound(Answers()).run_once()

    with pytest.raises(Conflict):
        await house.changes.cancel(1, message_id, now=house.clock.at)
    with pytest.raises(NotFound):
        await house.changes.cancel(1, "1-00000000-0", now=house.clock.at)
    with pytest.raises(NotFound):
        await house.changes.cancel(2, message_id, now=house.clock.at)
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def test_a_cancel_between_claim_and_attempt_wins(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker that holds the claim sends nothing of it, and the others of its batch go at once."""
    taken, kept = await send(house, 1), await send(house, 2)
    providers = Answers()
    step = house.outbound(providers)
    claim = house.queue.claim

    async def claim_and_cancel(**of: Any) -> Any:
        claims = await claim(**of)
        await house.changes.cancel(1, taken, now=house.clock.at)
        return claims

    monkeypatch.setattr(house.queue, "claim", claim_and_cancel)
    await step.run_once()
    monkeypatch.undo()
    assert providers.handed == []

    await step.run_once()

    assert [dispatch.message_id for dispatch in providers.handed] == [kept]
    assert (await house.messages.get(1, taken)).status is Status.CANCELED


async def test_a_request_to_many_is_cancelled(house: Any) -> None:
    """Those that wait are taken back, those that went stay as they are, and no more are made."""
    users = [Subscription(list_id="news", user_id=f"u{number}") for number in range(6)]
    await house.lists.subscribe(1, users, replace=False, now=1)
    request = await send(house, to={"list_id": "news"}, delay={"duration": HOUR})
    await house.expansion(slice_max=4).run_once()

    await house.expansions.cancel(1, request, now=house.clock.at)
    assert await house.changes.cancel_request(1, request, now=house.clock.at) == 4
    assert await house.changes.cancel_request(1, request, now=house.clock.at) == 0

    assert await house.expansion().run_once() is None
    assert {message.status for message in await everything(house)} == {Status.CANCELED}


async def test_archived_messages_are_out_of_sight(house: Any) -> None:
    """A request's messages are listed among the archived alone; nothing else of them changes."""
    archived, other = await send(house, 1), await send(house, 2)
    await house.changes.archive(1, archived, now=1)
    await house.changes.archive(1, archived, now=2)

    assert [message.id for message in await everything(house)] == [other]
    assert [message.id for message in await everything(house, archived=True)] == [archived]
    assert (await house.messages.get(1, archived)).id == archived
    with pytest.raises(NotFound):
        await house.changes.archive(1, "1-00000000-0", now=1)


async def test_sent_again_it_is_a_new_message(house: Any) -> None:
    """The same to the same, at once, under an id of its own; the old one names it and stays as it is."""
    message_id = await send(house, data={"name": "Ann"}, delay={"duration": HOUR})
    message = await house.messages.get(1, message_id)

    again = await house.changes.resend(message, message_id="1-65540009-" + "9" * 24, now=house.clock.at)
    await house.outbound(house.fleet()).run_once()

    (kept,) = await house.outbox.get(1, again.id)
    assert kept.content["subject"] == "Hello Ann"
    assert (await house.messages.get(1, message_id)).status is Status.DELAYED
    assert (await house.messages.history(1, message_id))[-1].fields == {"message_id": again.id}
    assert (await house.messages.history(1, again.id))[0].fields["resend_of"] == message_id


async def test_sent_again_it_knows_what_it_came_of(house: Any, email_elements: Any) -> None:
    """What led to a message leads to its repetition too: sending again opens no way round in circles."""
    await house.map("Opened", email_elements())
    context = {"courier": {"message_id": "1-m", "chain": ["nt_other"]}}
    await house.append({"type": "track", "userId": "ann", "event": "Opened", "context": context})
    await house.inbound().run_once(0)
    (message,) = await everything(house)

    again = await house.changes.resend(message, message_id="1-again", now=house.clock.at)

    assert (message.chain, again.chain) == (("nt_other",), ("nt_other",))


async def test_a_message_of_a_list_is_sent_again_whole(house: Any) -> None:
    """What it shared with the others comes along."""
    await house.lists.subscribe(1, [Subscription(list_id="news", user_id="ann")], replace=False, now=1)
    await send(house, to={"list_id": "news"}, data={"name": "List"})
    await house.expansion().run_once()
    (message,) = await everything(house)

    again = await house.changes.resend(message, message_id="1-65540009-" + "9" * 24, now=house.clock.at)

    assert (again.shared, again.content, again.data) == (False, CONTENT, {"name": "List"})


async def test_dead_letters_are_redriven_once(house: Any) -> None:
    """Each becomes one new message, however often it is asked; the books balance."""
    for number in range(4):
        await send(house, number)
    refused = Undeliverable(Reason.PROVIDER_ERROR, "550")
    await house.outbound(Answers(refused, refused, Unknown("cut off"))).run_once()
    dead = await everything(house, statuses=(Status.UNDELIVERABLE,), reasons=(Reason.PROVIDER_ERROR,))
    assert len(dead) == 2

    house.clock.at += 1
    first = await house.changes.redrive(dead, now=house.clock.at)
    assert set(first) == {message.id for message in dead}
    assert await house.changes.redrive(dead, now=house.clock.at) == {}
    assert await house.changes.redriven(1, [message.id for message in dead]) == first
    await house.outbound(Answers()).run_once()

    messages = await everything(house)
    assert len(messages) == 6
    assert all(message.status in FINAL for message in messages)
    assert sorted(message.status for message in messages) == ["SENT"] * 3 + ["UNDELIVERABLE"] * 3
    assert await house.queue.depth() == 0


async def test_an_unmapped_event_is_redriven_when_it_is_mapped(house: Any, email_elements: Any) -> None:
    """A track that found no template is sent once it has one, with its properties."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=1)
    await house.append({"type": "track", "userId": "ann", "event": "Order", "properties": {"name": "Ann"}})
    await house.inbound().run_once(0)
    (unmapped,) = await everything(house, statuses=(Status.UNMAPPED,))
    await house.map("Order", email_elements())

    (new_id,) = (await house.changes.redrive([unmapped], now=house.clock.at)).values()
    await house.outbound(house.fleet()).run_once()

    (kept,) = await house.outbox.get(1, new_id)
    assert kept.content["subject"] == "Hello Ann"
