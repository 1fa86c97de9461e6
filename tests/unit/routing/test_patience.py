"""How long a message waits for whom."""

from typing import Any

import msgspec
import pytest

from tidings.messages import Message
from tidings.routing import Patience

MESSAGE = Message(
    environment_id=1, id="m", user_key="", recipient="ann", enqueued=1, event="", request_id="m", to={}, data={}
)


@pytest.mark.parametrize(
    ("options", "message", "channel", "provider"),
    [
        ({}, 72 * 3_600_000, 30 * 60_000, 5 * 60_000),
        ({"timeout": {"message": 9, "channel": 8, "provider": 7}}, 9, 8, 7),
        ({"timeouts": {"channel": {"sms": 8}, "provider": {"twilio": 7}}}, 72 * 3_600_000, 8, 7),
        ({"timeout": {"channel": {"email": 8}, "provider": {"smtp": 7}}}, 72 * 3_600_000, 30 * 60_000, 5 * 60_000),
        ({"timeout": {"channel": 8}, "channels": {"sms": {"timeout": 6}}}, 72 * 3_600_000, 6, 5 * 60_000),
        ({"channels": {"sms": {"timeouts": {"channel": 6, "provider": 5}}}}, 72 * 3_600_000, 6, 5),
        (
            {"channels": {"sms": {"timeouts": {"provider": 5}}}, "providers": {"twilio": {"timeouts": 4}}},
            72 * 3_600_000,
            30 * 60_000,
            4,
        ),
        ({"timeout": {"message": True, "channel": -1, "provider": "x"}}, 72 * 3_600_000, 30 * 60_000, 5 * 60_000),
        ({"timeout": {"message": 1e300}}, 90 * 86_400_000, 30 * 60_000, 5 * 60_000),
    ],
)
def test_the_nearest_word_holds(options: dict[str, Any], message: int, channel: int, provider: int) -> None:
    """A provider's own word beats its channel's, which beats the message's, which beats what everybody has."""
    patience = Patience(options)
    assert patience.message_ms == message
    assert patience.channel_ms("sms") == channel
    assert patience.provider_ms("sms", "twilio") == provider


@pytest.mark.parametrize(
    ("criteria", "delivered", "opened", "clicked"),
    [("delivered", True, True, True), ("viewed", False, True, True), ("engaged", False, False, True)],
)
def test_what_counts_as_heard(criteria: str, delivered: bool, opened: bool, clicked: bool) -> None:
    """Who clicked has opened, and what was opened was delivered."""
    wish = Patience({"timeout": {"criteria": criteria, "escalation": 5}}).escalation
    assert wish is not None
    assert wish.wait_ms == 5
    assert not wish.is_met(MESSAGE)
    assert wish.is_met(msgspec.structs.replace(MESSAGE, delivered=1)) is delivered
    assert wish.is_met(msgspec.structs.replace(MESSAGE, opened=1)) is opened
    assert wish.is_met(msgspec.structs.replace(MESSAGE, clicked=1)) is clicked


@pytest.mark.parametrize("timeout", [None, {}, {"escalation": 5}, {"escalation": 5, "criteria": "no-escalation"}])
def test_without_a_criterion_being_taken_is_enough(timeout: Any) -> None:
    """Nothing is awaited unless the request names what."""
    assert Patience({"timeout": timeout}).escalation is None
