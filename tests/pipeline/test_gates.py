from typing import Any

import pytest

from tidings.lists import Subscription
from tidings.messages import Message, Reason, Status
from tidings.ports import MessageFilter
from tidings.preferences import Preference
from tidings.suppressions import Suppression

CONTENT = {"title": "Hello", "body": "Dear"}
OUT = {"status": "OPTED_OUT"}


async def sent(house: Any, to: dict[str, Any] | None = None, **fields: Any) -> Message:
    """Send to Ann, who has an address, and see what it came to."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    await house.send({"to": to or {"user_id": "ann"}, "content": CONTENT, **fields})
    while await house.expansion().run_once() is not None:
        pass
    await house.outbound(house.fleet()).run_once()
    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items
    return message


OF_TOPIC = {"preferences": {"subscription_topic_id": "t"}}


@pytest.mark.parametrize(
    ("default", "choice", "status", "reason"),
    [
        ("OPTED_IN", None, Status.SENT, None),
        ("OPTED_OUT", None, Status.FILTERED, Reason.OPT_IN_REQUIRED),
        ("OPTED_OUT", Preference(topic_id="t", status="OPTED_IN"), Status.SENT, None),
        ("OPTED_IN", Preference(topic_id="t", status="OPTED_OUT"), Status.FILTERED, Reason.UNSUBSCRIBED),
        ("REQUIRED", Preference(topic_id="t", status="OPTED_OUT"), Status.SENT, None),
        ("OPTED_IN", Preference(topic_id="t", status="OPTED_IN", channels=("sms",)), Status.FILTERED, "UNSUBSCRIBED"),
        ("OPTED_IN", Preference(topic_id="t", status="OPTED_IN", channels=("email",)), Status.SENT, None),
        ("OPTED_IN", Preference(topic_id="t", status="OPTED_OUT", tenant_id="acme"), Status.SENT, None),
    ],
)
async def test_preferences_decide(house: Any, default: str, choice: Any, status: Any, reason: Any) -> None:
    """The topic's default holds until the user chooses, unless it is required."""
    await house.topic(default)
    if choice:
        await house.preferences.choose(1, "ann", put=[choice], drop=[])

    message = await sent(house, **OF_TOPIC)

    assert (message.status, message.reason) == (status, reason)
    assert bool(message.error) == (reason is not None)
    assert await house.queue.depth() == 0


async def test_a_choice_in_a_tenant_holds_there(house: Any) -> None:
    """What the user chose for a tenant holds for messages in its name."""
    await house.topic()
    there = Preference(topic_id="t", status="OPTED_OUT", tenant_id="acme")
    await house.preferences.choose(1, "ann", put=[there], drop=[])

    message = await sent(house, context={"tenant_id": "acme"}, **OF_TOPIC)

    assert message.reason is Reason.UNSUBSCRIBED


async def test_a_refusal_is_in_the_history(house: Any) -> None:
    """The line says which topic, whose word it was, and the reason."""
    await house.topic()
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])

    message = await sent(house, **OF_TOPIC)

    line = (await house.messages.history(1, message.id))[-1]
    assert (line.type, line.fields["topic_id"], line.fields["source"]) == ("FILTERED", "t", "user")
    assert line.fields["reason"] == "UNSUBSCRIBED"


async def test_lists_and_requests_bring_preferences(house: Any) -> None:
    """A subscription's preferences hold for that list, and the user's own win over them."""
    wishes = {"notifications": {"t": OUT}}
    await house.lists.subscribe(
        1, [Subscription(list_id="news", user_id="ann", preferences=wishes)], replace=False, now=1
    )
    await house.topic()

    message = await sent(house, {"list_id": "news"}, **OF_TOPIC)

    assert message.reason is Reason.UNSUBSCRIBED
    assert "said by the list" in message.error


async def test_a_request_has_the_last_word(house: Any) -> None:
    """`to.preferences` wins over what the user stored."""
    await house.topic()
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])
    asked = {"user_id": "ann", "preferences": {"notifications": {"t": {"status": "OPTED_IN"}}}}

    assert (await sent(house, asked, **OF_TOPIC)).status is Status.SENT


@pytest.mark.parametrize(
    ("address", "kind", "reason"),
    [
        ("email:ann@example.com", "bounce", Reason.BOUNCED),
        ("email:ann@example.com", "complaint", Reason.UNSUBSCRIBED),
        ("user:ann", "manual", Reason.UNSUBSCRIBED),
    ],
)
async def test_the_suppression_list_keeps_back(house: Any, address: str, kind: Any, reason: Reason) -> None:
    """Nothing goes to an address or a user on the list, and the reason is told."""
    await house.suppressions.add([Suppression(environment_id=1, address=address, kind=kind, created=1)])

    message = await sent(house)

    assert (message.status, message.reason) == (Status.FILTERED, reason)
    assert "suppression list" in message.error
    assert await house.outbox.get(1, message.id) == []


async def test_a_closed_address_is_told_whether_or_not_there_is_a_place(house: Any) -> None:
    """While an account has no place for anybody, a message that would not go anyway says what keeps it back."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    bounced = Suppression(environment_id=1, address="email:ann@example.com", kind="bounce", created=1)
    await house.suppressions.add([bounced])
    await house.send({"to": {"user_id": "ann"}, "content": CONTENT})
    fleet = house.fleet()
    fleet.admit = lambda _way: 5.0

    await house.outbound(fleet).run_once()

    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items
    assert (message.status, message.reason) == (Status.FILTERED, Reason.BOUNCED)


async def test_what_is_unmapped_is_said_first(house: Any) -> None:
    """A template that does not exist is the reason, whatever the user wants."""
    await house.topic("OPTED_OUT")
    await house.send({"to": {"user_id": "ann"}, "template": "nothing", **OF_TOPIC})
    await house.outbound(house.fleet()).run_once()

    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items
    assert message.status is Status.UNMAPPED


async def test_a_closed_channel_is_no_excuse_for_another(house: Any) -> None:
    """A message that could not have gone anyway tells of what it lacks, not of what was closed."""
    await house.suppressions.add(
        [Suppression(environment_id=1, address="email:ann@example.com", kind="bounce", created=1)]
    )

    message = await sent(house, routing={"method": "single", "channels": ["carrier-pigeon"]})

    assert message.status is Status.UNROUTABLE
