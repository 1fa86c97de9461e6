from typing import Any

import pytest

from tidings.messages import FINAL, Message, Reason, Status
from tidings.ports import MessageFilter
from tidings.preferences import Preference
from tidings.sending_rules import Limit, SendingRules

MINUTE, HOUR = 60_000, 3_600_000
CONTENT = {"title": "Hello", "body": "Dear"}
OF_TOPIC = {"preferences": {"subscription_topic_id": "t"}}
# The held clock begins at 2023-11-14T22:13:20Z, a Tuesday.


async def send(house: Any, number: int = 0, **fields: Any) -> str:
    """Send to Ann, who has an address."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    request = {"to": {"user_id": "ann"}, "content": CONTENT, **fields}
    return str(await house.send(request, request_id=f"1-65540000-{number:024}"))


async def work(house: Any, after: int = 0) -> None:
    """Let time pass, then do what is due."""
    house.clock.at += after
    await house.outbound(house.fleet()).run_once()


async def status(house: Any, message_id: str) -> Message:
    """Where it stands."""
    message: Message = await house.messages.get(1, message_id)
    return message


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ({"duration": HOUR}, HOUR),
        ({"until": "2023-11-14T23:13:20Z"}, HOUR),
        ({"until": "2023-11-15T08:13:20", "timezone": "Asia/Tokyo"}, HOUR),
        ({"until": "We 08:00-09:00", "timezone": "Asia/Tokyo"}, 46 * MINUTE + 40_000),
    ],
)
async def test_a_delayed_message_waits(house: Any, delay: dict[str, Any], wait: int) -> None:
    """It is DELAYED until its time, says so in its history, and then goes."""
    message_id = await send(house, delay=delay)

    await work(house)
    assert (await status(house, message_id)).status is Status.DELAYED
    await work(house, after=wait - 1)
    assert (await status(house, message_id)).status is Status.DELAYED
    await work(house, after=1)

    assert (await status(house, message_id)).status is Status.SENT
    lines = {entry.type: entry for entry in await house.messages.history(1, message_id)}
    assert lines["DELAYED"].fields["delay"] == delay
    assert lines["DELAYED"].fields["until"] == house.clock.at


async def test_what_the_user_wants_counts_when_it_is_due(house: Any) -> None:
    """An opt-out during the delay is heard."""
    await house.topic()
    message_id = await send(house, delay={"duration": HOUR}, **OF_TOPIC)
    await work(house)
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])

    await work(house, after=HOUR)

    assert (await status(house, message_id)).reason is Reason.UNSUBSCRIBED


async def test_an_expired_message_is_not_sent(house: Any) -> None:
    """Too late is FILTERED; what would be too late when its time comes is told at once."""
    late = await send(house, 1, expiry={"expires_in": MINUTE})
    hopeless = await send(house, 2, expiry={"expires_in": MINUTE}, delay={"duration": HOUR})
    house.clock.at += MINUTE

    await work(house)

    for message_id in (late, hopeless):
        message = await status(house, message_id)
        assert (message.status, message.reason) == (Status.FILTERED, Reason.FILTERED)
        assert "expired" in message.error


async def test_outside_of_the_window_messages_wait(house: Any) -> None:
    """They go when it opens in the recipient's zone; a required topic goes at any hour."""
    await house.rules.put(1, SendingRules(window="08:00-22:00", zone="Asia/Tokyo"), now=1)
    await house.topic("REQUIRED")
    waiting = await send(house, 1)
    urgent = await send(house, 2, **OF_TOPIC)
    near = await send(house, 3, to={"user_id": "ann", "timezone": "America/New_York"})

    await work(house)

    assert (await status(house, waiting)).status is Status.DELAYED
    assert (await status(house, urgent)).status is (await status(house, near)).status is Status.SENT
    await work(house, after=47 * MINUTE)
    assert (await status(house, waiting)).status is Status.SENT


async def test_too_many_are_throttled(house: Any) -> None:
    """The first so many of the period go, the others end as THROTTLED; the next period begins anew."""
    limits = (Limit(scope="user", period="hour", max=2),)
    await house.rules.put(1, SendingRules(limits=limits), now=1)
    sent = [await send(house, number) for number in range(4)]
    await work(house)

    messages = [await status(house, message_id) for message_id in sent]
    assert [message.status for message in messages].count(Status.SENT) == 2
    throttled = [message for message in messages if message.status is Status.THROTTLED]
    why = "more than 2 of the user's messages in one hour"
    assert {message.error for message in throttled} == {why}
    *_, line = await house.messages.history(1, throttled[0].id)
    told = {"reason": why, "error_message": why, "limit": "user:hour", "scope": "user", "period": "hour", "max": 2}
    assert (line.type, line.fields) == ("THROTTLED", told)

    house.clock.at += HOUR
    again = await send(house, 9)
    await work(house)
    assert (await status(house, again)).status is Status.SENT


async def test_each_message_ends_once(house: Any) -> None:
    """Delayed, throttled, expired and sent: every message has one final status and nothing waits."""
    await house.rules.put(1, SendingRules(limits=(Limit(scope="workspace", period="day", max=2),)), now=1)
    for number in range(4):
        await send(house, number, delay={"duration": number * MINUTE}, expiry={"expires_in": 3 * MINUTE})
    for _ in range(6):
        await work(house, after=MINUTE)

    page = await house.messages.page(1, MessageFilter(), limit=10, cursor=None)
    assert {message.status for message in page.items} <= FINAL
    assert await house.queue.depth() == 0
