"""What becomes of a message, as Courier tells a Segment source (courier-segment.md §10)."""

import msgspec
import pytest

from tidings.destinations import Destination
from tidings.effects import StatusNews
from tidings.filters import Filter
from tidings.filters.filter import DropProperties, Only
from tidings.forwarding import Kept, call_of, offer_news, outlet_of, place_of
from tidings.messages import Attempt, Message, Reason, Sent, Status, Undeliverable

NOON = 1_767_268_800_000


def a_message(**fields):
    """Make a message that went its whole way."""
    base = {"environment_id": 1, "id": "1-m", "user_key": "u:ann", "recipient": "ann", "enqueued": NOON}
    of = {"event": "Segment-TrackEvent:Order", "template_id": "nt_order", "request_id": "1-m", "to": {}, "data": {}}
    times = {"sent": NOON + 1, "delivered": NOON + 2, "opened": NOON + 3, "clicked": NOON + 4}
    return Message(**{**base, **of, **times, "status": Status.CLICKED, **fields})


def news(status=Status.OPENED, at=NOON + 3, attempts=(), **fields):
    """Make news."""
    return StatusNews(status=status, at=at, message=a_message(**fields), attempts=attempts)


def an_outlet(**fields):
    """Make a destination that is told of messages."""
    base = {"environment_id": 1, "id": "dst_1", "kind": "courier_source", "name": "Courier"}
    return outlet_of(Destination(**{**base, "settings": {"write_key": "wk"}, **fields}))


@pytest.mark.parametrize(
    ("status", "event", "moments"),
    [
        (Status.SENT, "Message Sent", ["sent"]),
        (Status.DELIVERED, "Message Delivered", ["sent", "delivered"]),
        (Status.OPENED, "Message Opened", ["sent", "delivered", "opened"]),
        (Status.CLICKED, "Message Clicked", ["sent", "delivered", "opened", "clicked"]),
    ],
)
def test_each_status_has_its_event(status, event, moments):
    """A call is named as Courier names it, and knows nothing of what came later."""
    call = call_of(news(status))

    assert (call["type"], call["event"], call["properties"]["status"]) == ("track", event, status)
    assert [name for name in ("sent", "delivered", "opened", "clicked") if name in call["properties"]] == moments


@pytest.mark.parametrize(
    ("status", "event"),
    [(Status.UNDELIVERABLE, "Message Undeliverable"), (Status.UNROUTABLE, "Message Unroutable")],
)
def test_a_failure_says_why(status, event):
    """Reason and error are told as the message has them, and what each provider said."""
    attempt = Attempt(
        environment_id=1,
        message_id="1-m",
        number=1,
        channel="email",
        provider="smtp",
        started=NOON,
        finished=NOON + 1,
        outcome=Undeliverable(Reason.BOUNCED, "no such mailbox"),
    )
    message = a_message(status=status, reason=Reason.UNSUBSCRIBED, error="opted out")

    call = call_of(StatusNews(status=status, at=NOON, message=message, attempts=(attempt,)))

    assert (call["event"], call["properties"]["reason"], call["properties"]["error"]) == (
        event,
        "UNSUBSCRIBED",
        "opted out",
    )
    assert call["properties"]["providers"] == [
        {"provider": "smtp", "channel": "email", "status": "UNDELIVERABLE", "error": "no such mailbox"}
    ]


def test_the_properties_are_those_of_the_message():
    """Id, event, template, recipient and times are told under Courier's names."""
    sent = Attempt(environment_id=1, message_id="1-m", number=1, channel="sms", provider="twilio", started=NOON)
    call = call_of(news(attempts=(msgspec.structs.replace(sent, finished=NOON, outcome=Sent("r")),)))

    assert call["properties"] == {
        "id": "1-m",
        "status": "OPENED",
        "event": "Segment-TrackEvent:Order",
        "notification": "nt_order",
        "recipient": "ann",
        "recipientId": "ann",
        "enqueued": NOON,
        "providers": [{"provider": "twilio", "channel": "sms", "status": "SENT"}],
        "sent": NOON + 1,
        "delivered": NOON + 2,
        "opened": NOON + 3,
    }
    assert call["timestamp"] == "2026-01-01T12:00:00.003Z"
    assert call["context"]["integration"] == {"name": "courier"}


def test_ids_derive_from_the_message_and_the_status():
    """The same news has the same id and place whenever it is written; other news have others."""
    assert call_of(news())["messageId"] == call_of(news(at=NOON + 9))["messageId"] == "1-m:opened"
    assert place_of(news()) == place_of(news(at=NOON + 9))
    assert len({place_of(news(status)) for status in Status} | {place_of(news(id="1-n"))}) == len(Status) + 1
    assert all(0 <= place_of(news(status)) < 2**63 for status in Status)


@pytest.mark.parametrize(
    ("user_key", "who"),
    [("u:ann", {"userId": "ann"}), ("a:anon", {"anonymousId": "anon"}), ("", {"anonymousId": "1-m"})],
)
def test_who_a_call_is_about(user_key, who):
    """The user by the id that is known; a mere address is nobody's id, and is not told."""
    call = call_of(news(user_key=user_key, recipient="ann@example.com"))

    assert {name: call[name] for name in ("userId", "anonymousId") if name in call} == who
    assert ("ann@example.com" in str(call)) is bool(user_key)


def test_filters_decide_about_news_too():
    """A filter sees the call; a disabled destination and one without a key are told nothing."""
    only = Filter(id="f", title="t", condition="event = 'Message Sent'", actions=(Only(),))
    assert isinstance(offer_news(an_outlet(filters=(only,)), news()), Kept)
    assert not isinstance(offer_news(an_outlet(filters=(only,)), news(Status.SENT)), Kept)
    assert offer_news(an_outlet(enabled=False), news()) == Kept("DESTINATION_DISABLED")
    assert offer_news(an_outlet(settings={}), news()).reason == "INVALID_SETTINGS"


def test_no_filter_takes_the_mark_out():
    """The mark that keeps news from going round in circles stays, whatever filters take out."""
    drop = Filter(id="f", title="t", condition="all", actions=(DropProperties(fields={"": ["context"]}),))
    offered = offer_news(an_outlet(filters=(drop,)), news(chain=("nt_a",)))

    assert offered.call["context"] == {"courier": {"message_id": "1-m", "chain": ["nt_a", "nt_order"]}}
