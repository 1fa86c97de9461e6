"""What an outside destination gets of a record, when it is tried again, and when it is left alone."""

import msgspec
import pytest

from tidings.destinations import FOUR_HOURS, Destination, kind_of
from tidings.filters import Filter
from tidings.filters.filter import Drop, DropProperties
from tidings.forwarding import Circuit, Kept, Sent, next_try_at, normalised, offer, outlet_of
from tidings.forwarding.circuit import FAILURES_MAX
from tidings.records import Record

NOON = 1_767_268_800_000


def a_record(kind="track", body=None, **fields):
    """Make a record."""
    body = {"event": "Order", "properties": {"plan": "pro", "email": "a@example.com"}, **(body or {})}
    base = {"message_id": "m1", "user_id": "ann", "anonymous_id": None, "name": "Order"}
    times = {"timestamp": NOON - 10, "received_at": NOON, "original_timestamp": NOON - 20, "sent_at": NOON - 5}
    return Record(type=kind, body=msgspec.json.encode(body), **{**base, **times, **fields})


def a_destination(**fields):
    """Make a webhook."""
    base = {"environment_id": 1, "id": "dst_1", "kind": "webhook", "name": "Hook", "settings": {"url": "https://x"}}
    return Destination(**{**base, **fields})


def test_a_call_downstream_has_what_accept_settled():
    """Type, ids and the four times are in the call, whatever its body said."""
    record = a_record(body={"type": "identify", "userId": 5, "messageId": None, "sentAt": "x", "extra": {"n": 10**25}})

    call = normalised(record)

    assert (call["type"], call["userId"], call["messageId"], call["version"]) == ("track", "ann", "m1", 2)
    assert "anonymousId" not in call
    assert call["timestamp"] == "2026-01-01T11:59:59.990Z"
    assert call["originalTimestamp"] == "2026-01-01T11:59:59.980Z"
    assert call["receivedAt"] == "2026-01-01T12:00:00.000Z"
    assert call["extra"] == {"n": 10**25}


@pytest.mark.parametrize(
    ("destination", "record", "reason"),
    [
        (a_destination(enabled=False), a_record(), "DESTINATION_DISABLED"),
        (a_destination(sources=(2,)), a_record(), "SOURCE_NOT_CONNECTED"),
        (a_destination(settings={}), a_record(), "INVALID_SETTINGS"),
        (a_destination(), a_record(body={"integrations": {"Webhooks": False}}), "FILTERED_BY_INTEGRATIONS_OBJECT"),
        (a_destination(), a_record(body={"integrations": {"All": False}}), "FILTERED_BY_INTEGRATIONS_OBJECT"),
        (
            a_destination(kind="courier_cloud", settings={"api_key": "k"}),
            a_record("page"),
            "UNSUPPORTED_EVENT_TYPE",
        ),
    ],
)
def test_why_a_call_is_kept(destination, record, reason):
    """Each gate on the way says its own reason, in Segment's words (R10, R11)."""
    kept = offer(outlet_of(destination), record, 1)

    assert isinstance(kept, Kept)
    assert kept.reason == reason


def test_a_filter_keeps_a_call_and_is_named():
    """A call that a filter drops names the filter, its title and the value that decided."""
    dropping = Filter(id="f1", title="No pro", condition="properties.plan = 'pro'", actions=(Drop(),))

    kept = offer(outlet_of(a_destination(filters=(dropping,))), a_record(), 1)

    assert kept == Kept("FILTERED_BY_RULES", 'No pro: `properties.plan` is "pro"', "f1")


def test_a_filter_takes_properties_out():
    """What a filter takes out does not leave the house."""
    removing = Filter(
        id="f1", title="No PII", condition="all", actions=(DropProperties(fields={"properties": ["email"]}),)
    )

    sent = offer(outlet_of(a_destination(filters=(removing,))), a_record(), 1)

    assert isinstance(sent, Sent)
    assert sent.call["properties"] == {"plan": "pro"}


def test_tries_come_ever_later_for_four_hours():
    """Waits grow, with chance, up to ten minutes, and end after four hours with a last try."""
    now, tries, waits = NOON, 0, []
    while True:
        tries += 1
        at = next_try_at(tries=tries, first_at=NOON, now=now, chance=1.0, after_s=None)
        if at is None:
            break
        waits.append(at - now)
        now = at

    assert waits[:5] == [2000, 4000, 8000, 16_000, 32_000]
    assert max(waits) == 600_000
    assert now == NOON + FOUR_HOURS.give_up_ms
    assert next_try_at(tries=1, first_at=NOON, now=NOON, chance=0.0, after_s=None) == NOON + 1000


def test_what_the_service_asks_for_is_granted():
    """`Retry-After` lengthens a wait and never shortens it, and never beyond the four hours."""
    assert next_try_at(tries=1, first_at=NOON, now=NOON, chance=1, after_s=60) == NOON + 60_000
    assert next_try_at(tries=9, first_at=NOON, now=NOON, chance=1, after_s=1) == NOON + 512_000
    assert next_try_at(tries=1, first_at=NOON, now=NOON, chance=1, after_s=10**6) == NOON + FOUR_HOURS.give_up_ms


def test_a_destination_that_is_down_is_left_alone():
    """Failures in a row park it, each time longer; an answer opens it again."""
    circuit = Circuit()
    for _ in range(FAILURES_MAX):
        assert not circuit.is_parked(NOON)
        circuit = circuit.failed(NOON)

    assert circuit.is_parked(NOON + 4_999)
    assert not circuit.is_parked(NOON + 5_000)
    again = circuit.failed(NOON + 5_000)
    assert again.parked_until == NOON + 5_000 + 10_000
    assert not again.answered().is_parked(NOON)


def test_a_service_that_asks_for_time_gets_it_at_once():
    """A single `Retry-After` parks the destination for so long."""
    assert Circuit().failed(NOON, after_s=30).parked_until == NOON + 30_000


def test_a_kind_has_patience_of_its_own():
    """Courier's webhooks are tried from five seconds to a quarter of an hour apart, for a day."""
    patience = kind_of("outbound_webhook").patience
    waits, at, day = [], 0, 24 * 3_600_000
    for tries in range(1, 300):
        following = next_try_at(tries=tries, first_at=0, now=at, chance=1, after_s=None, patience=patience)
        if following is None:
            break
        waits.append((following - at) // 1000)
        at = following

    assert waits[:10] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert at == day
