import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tidings.backends.files.landed_files import LandedFiles
from tidings.brands import Brand
from tidings.channels import Available, Dispatch, Way
from tidings.data_logs import record
from tidings.effects import AttemptStart
from tidings.messages import Attempt, Outcome, Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.ports import MessageFilter
from tidings.templates import TemplateSettings
from tidings.testing import Mood, SmtpServer
from tidings.translations import Messages
from tidings.workspaces import Environment

TRACK = {"type": "track", "userId": "ann", "event": "Order", "properties": {"name": "Ann"}}


class Scripted:
    """Providers that answer as told, and count what they were handed."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.handed: list[Dispatch] = []

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """Offer one account."""
        del environment
        return (Available("smtp", "", "email"),)

    def admit(self, way: Way) -> float:
        """Have room for everybody."""
        del way
        return 0.0

    def forgo(self, way: Way) -> None:
        """Have room anyway."""

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Answer the next outcome."""
        del way
        self.handed.append(dispatch)
        return self.outcomes.pop(0) if self.outcomes else Sent()


async def enqueue(house: Any, email_elements: Any, environment_id: int = 1, email: str = "ann@example.com") -> str:
    """Make one message wait in the queue; return its id."""
    await house.map("Order", email_elements(), environment_id=environment_id)
    if email:
        await house.profiles.change(
            environment_id, "u:ann", lambda _: {"email": email, "name": "Ann"}, now=house.clock.at
        )
    await house.append(TRACK, environment_id=environment_id)
    await house.inbound().run_once(0)
    page = await house.messages.page(environment_id, MessageFilter(), limit=10, cursor=None)
    return str(page.items[0].id)


async def test_a_message_reaches_the_smtp_server(house: Any, email_elements: Any) -> None:
    """From the queue to a real SMTP server, with a history that tells each step."""
    message_id = await enqueue(house, email_elements)
    async with SmtpServer() as smtp:
        fleet = house.fleet(smtp.url)
        assert await house.outbound(fleet).run_once() == 1
        await fleet.close()
        (mail,) = smtp.received
    assert b"Subject: Hello Ann" in mail.raw
    message = await house.messages.get(1, message_id)
    assert (message.status, message.provider, message.channel) == (Status.SENT, "smtp", "email")
    history = [entry.type for entry in await house.messages.history(1, message_id)]
    assert history == ["ENQUEUED", "MAPPED", "PROFILE_LOADED", "RENDERED", "DELIVERING", "SENT"]
    (output,) = await house.messages.outputs(1, message_id)
    assert "Dear Ann" in output.content["text"]
    assert await house.queue.depth() == 0


async def test_without_a_provider_the_outbox_keeps_it(house: Any, email_elements: Any) -> None:
    """An installation without providers keeps what it would send."""
    message_id = await enqueue(house, email_elements)
    await house.outbound(house.fleet()).run_once()
    (item,) = await house.outbox.get(1, message_id)
    assert item.content["subject"] == "Hello Ann"
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def test_a_test_environment_only_simulates(house: Any, email_elements: Any) -> None:
    """In a simulated environment the SMTP server hears nothing, and the message ends as SIMULATED."""
    message_id = await enqueue(house, email_elements, environment_id=2)
    async with SmtpServer() as smtp:
        fleet = house.fleet(smtp.url)
        await house.outbound(fleet).run_once()
        await fleet.close()
        assert not smtp.received
    assert (await house.messages.get(2, message_id)).status is Status.SIMULATED
    assert len(await house.outbox.get(2, message_id)) == 1


async def test_nobody_to_reach_is_unroutable(house: Any, email_elements: Any) -> None:
    """A user without an address ends as UNROUTABLE with a reason, not in silence (R29)."""
    message_id = await enqueue(house, email_elements, email="")
    await house.outbound(house.fleet()).run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == (Status.UNROUTABLE, "NO_CHANNELS")
    assert message.error


async def test_a_template_unpublished_meanwhile_is_not_sent(house: Any, email_elements: Any) -> None:
    """What was mapped when the call came but archived before its turn is not sent."""
    message_id = await enqueue(house, email_elements)
    await house.templates.archive(1, "nt_order", now=house.clock.at)
    await house.outbound(house.fleet()).run_once()
    assert (await house.messages.get(1, message_id)).status in {Status.UNROUTABLE, Status.UNMAPPED}
    assert await house.outbox.get(1, message_id) == []


async def test_a_busy_provider_is_asked_again_later(house: Any, email_elements: Any) -> None:
    """A temporary refusal waits for its time, then succeeds; each attempt is in the history."""
    message_id = await enqueue(house, email_elements)
    providers = Scripted(RetryLater("busy", after_s=30))
    step = house.outbound(providers)
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.ROUTED
    assert await step.run_once() == 0
    house.clock.at += 40_000
    assert await step.run_once() == 1
    assert (await house.messages.get(1, message_id)).status is Status.SENT
    assert [attempt.number for attempt in await house.messages.attempts(1, message_id)] == [1, 2]
    assert len(providers.handed) == 2


async def test_who_waits_for_a_full_account_stands_before_nobody(house: Any, email_elements: Any) -> None:
    """A batch is not filled with messages of an account that has no place: others get their share of it at once."""
    await house.map("Order", email_elements())
    await house.map("Alarm", [{"type": "channel", "channel": "sms", "elements": [{"type": "text", "content": "!"}]}])
    contact = {"email": "ann@example.com", "phone_number": "+4915123000001", "name": "Ann"}
    await house.profiles.change(1, "u:ann", lambda _: contact, now=house.clock.at)
    await house.append(*({**TRACK, "event": "Alarm"} for _ in range(250)))
    await house.inbound().run_once(0)
    fleet = house.fleet()
    place_for = fleet.admit
    fleet.admit = lambda way: 5.0 if way.channel == "sms" else place_for(way)
    step = house.outbound(fleet)
    while await step.run_once():
        pass
    assert await house.queue.depth() == 250
    house.clock.at += 6_000  # all of them are due again, and before the others
    await house.append(*(TRACK for _ in range(40)))
    await house.inbound().run_once(0)

    assert await step.run_once() == 100

    assert await house.queue.depth() == 250


async def test_an_unknown_outcome_is_never_repeated(house: Any, email_elements: Any) -> None:
    """When nobody knows whether it was sent, it is marked and left."""
    message_id = await enqueue(house, email_elements)
    providers = Scripted(Unknown("connection lost after the body"))
    step = house.outbound(providers)
    await step.run_once()
    house.clock.at += 10_000_000
    assert await step.run_once() == 0
    message = await house.messages.get(1, message_id)
    assert message.outcome_unknown
    assert message.status is Status.UNDELIVERABLE
    assert len(providers.handed) == 1


async def test_a_worker_that_died_in_the_middle_leaves_an_unknown(house: Any, email_elements: Any) -> None:
    """An attempt on record without an outcome is not made again by whoever claims the message next."""
    message_id = await enqueue(house, email_elements)
    now = house.clock.at
    (claim,) = await house.queue.claim(worker="dead", now=now, until=now + 1000, limit=10)
    attempt = Attempt(environment_id=1, message_id=message_id, number=1, channel="email", provider="smtp", started=now)
    await house.queue.start([AttemptStart(attempt=attempt)])
    assert claim.attempts == ()
    house.clock.at += 2000
    providers = Scripted()
    assert await house.outbound(providers).run_once() == 1
    assert providers.handed == []
    assert (await house.messages.get(1, message_id)).outcome_unknown


@pytest.mark.parametrize(
    ("outcome", "status", "handed"),
    [
        (Sent("ref"), Status.SENT, 0),
        (Undeliverable(Reason.BOUNCED, "no such mailbox", for_good=True), Status.UNDELIVERABLE, 0),
        (RetryLater("busy"), Status.SENT, 1),
    ],
)
async def test_what_a_dead_worker_had_heard_is_known(  # noqa: PLR0917 - pytest gives by name
    house: Any, email_elements: Any, tmp_path: Path, outcome: Outcome, status: Status, handed: int
) -> None:
    """A provider answered, and the worker was killed before that was on record: whoever takes over goes on with it."""
    message_id = await enqueue(house, email_elements)
    now = house.clock.at
    await house.queue.claim(worker="dead", now=now, until=now + 1000, limit=10)
    way = Way("email", "smtp", "", "ann@example.com")
    attempt = Attempt(
        environment_id=1, message_id=message_id, number=1, channel="email", provider="smtp", started=now, way=way.key
    )
    await house.queue.start([AttemptStart(attempt=attempt)])
    LandedFiles(tmp_path / "landed", "dead").note(attempt, outcome)
    house.clock.at += 2000
    providers = Scripted()
    step = house.outbound(providers, worker="alive", landings=LandedFiles(tmp_path / "landed", "alive"))
    await step.run_once()
    house.clock.at += 10_000
    await step.run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.outcome_unknown, len(providers.handed)) == (status, False, handed)
    (first, *_) = await house.messages.attempts(1, message_id)
    assert first.outcome == outcome
    closed = await house.suppressions.page(1, limit=9, cursor=None)
    assert len(closed.items) == (status is Status.UNDELIVERABLE)


async def test_what_is_begun_is_noted_until_all_is_on_record(house: Any, email_elements: Any, tmp_path: Path) -> None:
    """Whoever is killed while a provider is asked leaves that it was handed over; whoever stops leaves nothing."""
    await enqueue(house, email_elements)
    seen = []

    class Watched(Scripted):
        async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
            """Look at the notes before the provider hears of it, and afterwards."""
            (file,) = (tmp_path / "landed").glob("*.jsonl")
            seen.append(file.read_bytes().count(b"begun"))
            assert dispatch.handing is not None
            dispatch.handing()
            seen.append(file.read_bytes().count(b"handed"))
            return await super().send(way, dispatch)

    step = house.outbound(Watched(), landings=LandedFiles(tmp_path / "landed", "w1"))
    stop = asyncio.Event()
    running = asyncio.create_task(step.run(stop))
    while await house.queue.depth():
        await asyncio.sleep(0)
    stop.set()
    house.wakeup.wake("due")
    await running
    assert seen == [1, 1]
    assert list((tmp_path / "landed").iterdir()) == []


async def test_a_claim_that_was_not_begun_is_taken_over(house: Any, email_elements: Any) -> None:
    """A worker that died before its attempt costs nothing but the claim's time."""
    message_id = await enqueue(house, email_elements)
    now = house.clock.at
    await house.queue.claim(worker="dead", now=now, until=now + 1000, limit=10)
    step = house.outbound(house.fleet(), worker="alive")
    assert await step.run_once() == 0
    house.clock.at += 2000
    assert await step.run_once() == 1
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def test_a_worker_that_was_too_slow_sends_nothing(house: Any, email_elements: Any) -> None:
    """Whose claim was taken over while it prepared leaves the message to the one who took it."""
    message_id = await enqueue(house, email_elements)
    providers = Scripted()
    quick, queue, prepared = house.outbound(house.fleet(), worker="quick"), house.queue, asyncio.Event()

    class Late:
        """The real queue; between claiming and starting, another worker does the whole work."""

        def __getattr__(self, name: str) -> Any:
            return getattr(queue, name)

        async def claim(self, **facts: Any) -> Any:
            claims = await queue.claim(**facts)
            house.clock.at += 2000
            await quick.run_once()
            prepared.set()
            return claims

    house.queue = Late()
    slow = house.outbound(providers, worker="slow")
    await slow.run_once()
    assert prepared.is_set()
    assert providers.handed == []
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def test_a_stop_finishes_what_is_in_flight(house: Any, email_elements: Any) -> None:
    """Told to stop, the step waits for the provider's answer and records it."""
    message_id = await enqueue(house, email_elements)
    asked, answer = asyncio.Event(), asyncio.Event()

    class Slow(Scripted):
        async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
            asked.set()
            await answer.wait()
            return await super().send(way, dispatch)

    stop = asyncio.Event()
    running = asyncio.create_task(house.outbound(Slow()).run(stop))
    await asked.wait()
    stop.set()
    house.wakeup.wake("due")
    answer.set()
    await running
    assert (await house.messages.get(1, message_id)).status is Status.SENT


async def render_entry(house: Any, message_id: str, kind: str) -> dict[str, Any]:
    """The fields of a message's entry of this kind."""
    (entry,) = [entry for entry in await house.messages.history(1, message_id) if entry.type == kind]
    return dict(entry.fields)


async def test_an_element_kept_back_is_explained(house: Any, email_elements: Any) -> None:
    """The history says which elements were hidden, why, and which variables had no value."""
    shown = [{"type": "text", "content": "For pros {{gone}}", "if": "data.plan == 'pro'"}]
    message_id = await enqueue(house, lambda: email_elements("Hi {{gone}}", *shown))
    await house.outbound(house.fleet()).run_once()
    fields = await render_entry(house, message_id, "RENDERED")
    assert fields["missing_variables"] == ["gone"]
    assert fields["conditions"][0]["detail"] == '`data.plan` is missing, not "pro"'


async def test_a_templates_condition_keeps_a_message_back(house: Any, email_elements: Any) -> None:
    """A template that is not for this message ends it as FILTERED, with the reason in a sentence."""
    message_id = await enqueue(house, email_elements)
    template = await house.templates.get(1, "nt_order")
    settings = TemplateSettings(if_="profile.plan == 'pro'")
    draft = msgspec.structs.replace(template.draft, settings=settings)
    await house.templates.replace(1, draft, aliases=None)
    await house.templates.publish(1, "nt_order", version=None, by="me", now=house.clock.at)
    await house.outbound(house.fleet()).run_once()
    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == (Status.FILTERED, "FILTERED")
    assert message.error == '`profile.plan` is missing, not "pro"'


async def test_the_default_brand_and_translations_are_in_an_email(house: Any, email_elements: Any) -> None:
    """The worker draws emails in the environment's brand, in the recipient's language."""
    brand = Brand(environment_id=1, id="br", name="Acme", created=1, updated=1, published=1,
                  settings={"email": {"footer": {"markdown": "Acme Ltd, {{profile.name}}"}}})  # fmt: skip
    await house.brands.create(brand)
    po = 'msgid "Hello"\nmsgstr "Bonjour"\n'
    await house.translations.put(Messages(environment_id=1, domain="default", locale="default", text=po, updated=1))
    message_id = await enqueue(house, lambda: email_elements("{{t 'Hello'}}"))
    await house.outbound(house.fleet()).run_once()
    (item,) = await house.outbox.get(1, message_id)
    assert item.content["subject"] == "Bonjour"
    assert "Acme Ltd, Ann" in item.content["html"]
    assert item.content["text"].endswith("-- \nAcme Ltd, Ann\n") or "--\nAcme Ltd, Ann" in item.content["text"]


class TwoChannels(Scripted):
    """Email and text messages, scripted by channel."""

    def __init__(self, **outcomes: list[Outcome]) -> None:
        super().__init__()
        self.by_channel = outcomes

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """Offer one account for each."""
        del environment
        return (Available("smtp", "pc_1", "email"), Available("twilio", "pc_2", "sms"))

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Answer the next outcome of the channel."""
        self.handed.append(dispatch)
        return self.by_channel[way.channel].pop(0)


async def enqueue_everywhere(house: Any, method: str) -> str:
    """Make one message wait that may go by email and by text message."""
    profile = {"email": "ann@example.com", "phone_number": "+4915112345678", "name": "Ann"}
    await house.profiles.change(1, "u:ann", lambda _: profile, now=house.clock.at)
    content = {"title": "Hi", "body": "Dear {{profile.name}}"}
    routing = {"method": method, "channels": ["email", "sms"]}
    return str(await house.send({"to": {"user_id": "ann"}, "content": content, "routing": routing}))


async def test_all_channels_and_one_end(house: Any) -> None:
    """Sent to all: each channel has its outcome in the history, and there is one final status."""
    message_id = await enqueue_everywhere(house, "all")
    providers = TwoChannels(email=[Sent("e1")], sms=[RetryLater("busy"), Sent("s1")])
    step = house.outbound(providers)
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.ROUTED
    house.clock.at += 60_000
    assert await step.run_once() == 1
    assert [dispatch.channel for dispatch in providers.handed] == ["email", "sms", "sms"]
    message = await house.messages.get(1, message_id)
    assert (message.status, message.channel) == (Status.SENT, "email")
    history = [entry.type for entry in await house.messages.history(1, message_id)]
    assert (history.count("SENT"), history.count("ERROR")) == (2, 1)
    assert await house.queue.depth() == 0


class Parked(Scripted):
    """Two accounts, of which the first is left alone at first."""

    parked = True

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """Offer both."""
        del environment
        return (Available("postmark", "", "email", parked=self.parked), Available("smtp", "", "email"))


async def test_what_another_took_is_not_sent_again_by_who_was_parked(house: Any, email_elements: Any) -> None:
    """While the first account is parked the second sends; when the first answers again the message has ended."""
    message_id = await enqueue(house, email_elements)
    providers = Parked()
    step = house.outbound(providers)
    await step.run_once()
    assert (await house.messages.get(1, message_id)).status is Status.SENT
    providers.parked = False
    await step.run_once()
    assert len(providers.handed) == 1
    assert [attempt.provider for attempt in await house.messages.attempts(1, message_id)] == ["smtp"]


async def test_failing_over_to_the_next_channel(house: Any) -> None:
    """What one channel's provider refuses goes by the next channel, once."""
    message_id = await enqueue_everywhere(house, "single")
    providers = TwoChannels(email=[Undeliverable(Reason.PROVIDER_ERROR, "no money")], sms=[Sent("s1")])
    step = house.outbound(providers)
    await step.run_once()
    assert await step.run_once() == 1
    message = await house.messages.get(1, message_id)
    assert (message.status, message.channel, message.provider) == (Status.SENT, "sms", "twilio")


async def test_a_worker_that_died_before_a_provider_that_knows_repetitions(house: Any, email_elements: Any) -> None:
    """Where a provider knows repetitions, an attempt that a dead worker left is made again with the same key."""
    message_id = await enqueue(house, email_elements)
    now = house.clock.at
    await house.queue.claim(worker="dead", now=now, until=now + 1000, limit=10)
    way = Way("email", "resend", "pc_1", "ann@example.com")
    attempt = Attempt(
        environment_id=1, message_id=message_id, number=1, channel="email", provider="resend", way=way.key, started=now
    )
    await house.queue.start([AttemptStart(attempt=attempt)])

    class Repeatable(Scripted):
        async def available(self, environment: Environment) -> tuple[Available, ...]:
            return (Available("resend", "pc_1", "email", repeatable_s=3600),)

    house.clock.at += 2000
    providers = Repeatable()
    step = house.outbound(providers)
    assert await step.run_once() == 1
    house.clock.at += 60_000
    assert await step.run_once() == 1
    assert [dispatch.message_id for dispatch in providers.handed] == [message_id]
    assert (await house.messages.get(1, message_id)).status is Status.SENT


@pytest.mark.parametrize(
    ("sms", "ends"),
    [
        ({}, (Status.SENT, None)),
        ({"sms": {"if": "data.vip"}}, (Status.FILTERED, Reason.FILTERED)),
    ],
)
async def test_a_condition_of_a_channel(house: Any, sms: Any, ends: Any) -> None:
    """A channel whose condition is false is passed over, and its provider never named as one that refused."""
    await house.profiles.change(
        1, "u:ann", lambda _: {"email": "ann@example.com", "phone_number": "+15005550006"}, now=house.clock.at
    )
    message_id = await house.send(
        {
            "to": {"user_id": "ann"},
            "content": {"title": "Hi", "body": "Dear"},
            "data": {"vip": False},
            "routing": {"method": "single", "channels": ["email", "sms"]},
            "channels": {"email": {"if": "data.vip"}, **sms},
        }
    )
    step = house.outbound(TwoChannels(email=[], sms=[Sent("s1")]))
    while await step.run_once():
        pass

    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == ends
    told = (await house.explainer().message(1, message_id)).steps
    said = [each.why for each in told if each.step == "attempt"]
    assert "was not asked: nothing to say by email: message.channels.email.if" in said[0]
    shown = record(message, await house.messages.attempts(1, message_id)).providers
    assert [each.status for each in shown] == ["FILTERED", "SENT" if not sms else "FILTERED"]


async def test_a_dead_address_is_asked_once(house: Any, email_elements: Any) -> None:
    """An address that the server says is no more is closed; the next message to it asks nobody, and says why."""
    message_id = await enqueue(house, email_elements)
    async with SmtpServer() as smtp:
        smtp.mood = Mood.REFUSE_RECIPIENT
        fleet = house.fleet(smtp.url)
        step = house.outbound(fleet)
        await step.run_once()
        await house.append({**TRACK, "properties": {"name": "Ann", "again": True}})
        await house.inbound().run_once(0)
        await step.run_once()
        await fleet.close()
        assert smtp.commands["MAIL"] == 1
    page = await house.messages.page(1, MessageFilter(), limit=10, cursor=None)
    first, second = sorted(page.items, key=lambda each: each.id != message_id)
    assert (first.status, first.reason) == (Status.UNDELIVERABLE, Reason.BOUNCED)
    assert (second.status, second.reason) == (Status.FILTERED, Reason.BOUNCED)
    assert "suppression list" in second.error
