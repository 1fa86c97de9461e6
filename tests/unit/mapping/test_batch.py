from typing import Any

import msgspec
import pytest

from tidings.effects import Arrangement, Effects, Engine, MappedTemplate
from tidings.filters import Gate
from tidings.ids import derived_id
from tidings.inbound_events import EventStatus
from tidings.mapping import Arrival, Rules, apply, sighting
from tidings.records import Record
from tidings.workspaces import SourceSettings

NOW = 1_700_000_000_000
HOUR = 3_600_000
ENV = 1
ORDER = "Segment-TrackEvent:Order Completed"
MAPPED = {(ENV, ORDER): MappedTemplate("nt_order", sendable=True)}


def arrival(kind: str, at: int = 0, *, body: dict[str, Any] | None = None, **fields: Any) -> Arrival:
    """Make an arrival; unnamed fields are ordinary."""
    defaults: dict[str, Any] = {
        "message_id": f"m{at}",
        "user_id": "ann",
        "anonymous_id": None,
        "name": "Order Completed" if kind == "track" else None,
        "timestamp": NOW,
        "received_at": NOW,
        "body": msgspec.json.encode(body or {}),
    }
    return Arrival(ENV, 7, at, Record(type=kind, **{**defaults, **fields}))  # type: ignore[arg-type]


def run(*arrivals: Arrival, **known: Any) -> Effects:
    """Apply a batch that must not fault."""
    facts: dict[str, Any] = {"seen": set(), "profiles": {}, "event_maps": {}, "rules": Rules(), **known}
    applied = apply(arrivals, **facts)
    assert applied.faults == ()
    return applied.effects


def counted(effects: Effects) -> dict[tuple[str, str], int]:
    """Read what a batch counts for the ledger."""
    assert all((tally.environment_id, tally.hour) == (ENV, NOW // HOUR) for tally in effects.tallies)
    return {(tally.word, tally.reason): tally.count for tally in effects.tallies}


def profile_of(effects: Effects, user_key: str = "u:ann") -> Any:
    """Read the profile that a batch writes."""
    (write,) = [write for write in effects.profiles if write.user_key == user_key]
    return msgspec.json.decode(write.data)


def telling(*chain: str) -> dict[str, Any]:
    """Write the body of a call that tells of a message."""
    return {"context": {"courier": {"message_id": "1-m", "chain": list(chain)}}}


def test_a_call_that_tells_of_a_message_hands_its_chain_on() -> None:
    """A message that such a call causes knows which templates led to it."""
    effects = run(arrival("track", body=telling("nt_welcome")), event_maps=MAPPED)
    assert effects.messages[0].chain == ("nt_welcome",)


@pytest.mark.parametrize("chain", [("nt_order",), ("nt_welcome", "nt_order"), ("nt_a", "nt_b", "nt_c")])
def test_news_of_messages_do_not_go_round(chain: tuple[str, ...]) -> None:
    """A call never causes a message of a template that led to it, nor a further one after three; the log says so."""
    effects = run(arrival("track", body=telling(*chain)), event_maps=MAPPED)
    assert effects.messages == []
    assert [(event.status, event.reason) for event in effects.events] == [(EventStatus.FILTERED, "LOOP")]


def test_a_mark_that_is_taken_out_counts_all_the_same() -> None:
    """Blocked properties do not open the way round."""
    blocked = SourceSettings(blocked_properties=("context.courier",))
    open_engine = Engine(enabled=True, sources=None, gate=Gate(()))
    arrangements = {ENV: Arrangement(open_engine, {7: blocked})}
    effects = run(arrival("track", body=telling("nt_order")), event_maps=MAPPED, arrangements=arrangements)
    assert [event.reason for event in effects.events] == ["LOOP"]


def test_an_identify_makes_a_profile() -> None:
    """The first identify of a user creates the profile from its traits (R13)."""
    effects = run(arrival("identify", body={"traits": {"email": "a@example.com"}}))
    assert profile_of(effects) == {"email": "a@example.com"}
    assert [event.status for event in effects.events] == [EventStatus.APPLIED]


def test_identifies_of_one_batch_merge_in_order() -> None:
    """Two identifies of one user in one batch merge into one write, nested objects too (R14, R15)."""
    effects = run(
        arrival("identify", 1, body={"traits": {"tokens": {"slack": "s"}, "plan": "free"}}),
        arrival("identify", 2, body={"traits": {"tokens": {"teams": "t"}, "plan": "pro"}}),
        profiles={(ENV, "u:ann"): b'{"city":"Bern"}'},
    )
    assert profile_of(effects) == {"city": "Bern", "tokens": {"slack": "s", "teams": "t"}, "plan": "pro"}


def test_traits_may_stand_in_the_context_alone() -> None:
    """RudderStack's libraries put an identify's traits into the context."""
    assert profile_of(run(arrival("identify", body={"context": {"traits": {"a": 1}}}))) == {"a": 1}


def test_the_time_zone_joins_the_profile() -> None:
    """The context's time zone is kept, unless the traits name one themselves."""
    context = {"timezone": "Europe/Zurich"}
    assert profile_of(run(arrival("identify", body={"traits": {"a": 1}, "context": context}))) == {
        "a": 1,
        "timezone": "Europe/Zurich",
    }
    named = run(arrival("identify", body={"traits": {"timezone": "UTC"}, "context": context}))
    assert profile_of(named) == {"timezone": "UTC"}


def test_an_anonymous_identify_is_somebody_else_than_a_user_of_that_id() -> None:
    """An anonymous id never writes into the profile of a user id that reads the same (§7 row 31)."""
    effects = run(arrival("identify", user_id=None, anonymous_id="ann", body={"traits": {"a": 1}}))
    assert [write.user_key for write in effects.profiles] == ["a:ann"]


def test_a_blocked_id_makes_no_profile() -> None:
    """A call of nobody is logged with the reason, and no profile is made of it (§7 row 29)."""
    effects = run(arrival("identify", user_id=None, body={"traits": {"a": 1}}))
    assert not effects.profiles
    assert [(event.status, event.reason) for event in effects.events] == [(EventStatus.FILTERED, "blocked_id")]


def test_a_profile_cannot_grow_without_bound() -> None:
    """An identify that would make the profile too large is kept back, and the profile stays as it was."""
    effects = run(arrival("identify", body={"traits": {"a": "x" * 100}}), rules=Rules(profile_bytes_max=50))
    assert not effects.profiles
    assert effects.events[0].reason == "profile_too_large"


def test_an_unmapped_track_is_logged_and_nothing_is_sent() -> None:
    """A track without an event map ends as UNMAPPED (R22, R31)."""
    effects = run(arrival("track"))
    assert [event.status for event in effects.events] == [EventStatus.UNMAPPED]
    assert not effects.messages


def test_a_mapped_track_becomes_one_message() -> None:
    """All properties become the message's data with their types, and its id derives from the place in the stream."""
    properties = {"orderNumber": 12345678980, "nested": {"a": [1, None, True]}, "at": "2022-01-01"}
    effects = run(arrival("track", 42, body={"properties": properties}), event_maps=MAPPED)
    (message,) = effects.messages
    assert message.id == derived_id(NOW, 42) == effects.events[0].id
    assert message.data == properties
    assert (message.event, message.template_id, message.recipient) == (ORDER, "nt_order", "ann")
    assert [entry.type for entry in effects.entries] == ["ENQUEUED", "MAPPED"]


def test_a_mapped_but_unpublished_template_sends_nothing() -> None:
    """Mapping without publishing leaves the event UNMAPPED, and says which template waits (R30)."""
    effects = run(arrival("track"), event_maps={(ENV, ORDER): MappedTemplate("nt_order", sendable=False)})
    assert not effects.messages
    assert (effects.events[0].status, effects.events[0].reason) == (EventStatus.UNMAPPED, "UNPUBLISHED")


@pytest.mark.parametrize("name", ["order completed", "Order Completed ", "Order  Completed"])
def test_event_names_match_exactly(name: str) -> None:
    """Case and blanks count in an event's name (R34)."""
    assert not run(arrival("track", name=name), event_maps=MAPPED).messages


def test_another_environments_map_does_not_count() -> None:
    """An event mapped in one environment is unmapped in another."""
    assert not run(arrival("track"), event_maps={(2, ORDER): MappedTemplate("nt_order", sendable=True)}).messages


@pytest.mark.parametrize("kind", ["page", "screen"])
def test_types_that_courier_does_not_take_are_logged(kind: str) -> None:
    """Page and screen calls start nothing, and the reason is recorded (R10)."""
    (event,) = run(arrival(kind)).events
    assert (event.status, event.reason) == (EventStatus.FILTERED, "UNSUPPORTED_EVENT_TYPE")


def test_the_integrations_object_keeps_a_call_back() -> None:
    """A call that is not for Courier is logged as filtered: no profile, no message."""
    closed = {"integrations": {"All": False}, "traits": {"a": 1}}
    effects = run(arrival("identify", 1, body=closed), arrival("track", 2, body=closed), event_maps=MAPPED)
    assert not effects.profiles
    assert not effects.messages
    assert {event.reason for event in effects.events} == {"FILTERED_BY_INTEGRATIONS_OBJECT"}


def test_a_repeated_call_is_dropped_and_counted() -> None:
    """The same messageId twice in a batch is one call; the first wins (§7 rows 39, 40)."""
    first = arrival("track", 1, message_id="same", body={"properties": {"n": 1}})
    second = arrival("track", 2, message_id="same", body={"properties": {"n": 2}})
    effects = run(first, second, event_maps=MAPPED)
    assert [message.data for message in effects.messages] == [{"n": 1}]
    assert counted(effects) == {("MAPPED", ""): 1, ("DUPLICATE", ""): 1}
    assert len(effects.events) == 1


def test_a_call_seen_before_is_dropped() -> None:
    """What an earlier batch has seen leaves nothing but a count."""
    call = arrival("track")
    effects = run(call, seen={sighting(call)}, event_maps=MAPPED)
    assert not effects.messages
    assert not effects.events
    assert counted(effects) == {("DUPLICATE", ""): 1}


def test_the_same_message_id_of_another_source_is_another_call() -> None:
    """Duplicates are told apart per source (segment.md §8 D5, row 39)."""
    call = arrival("track")
    other = msgspec.structs.replace(call, source_id=8)
    assert sighting(call) != sighting(other)


def test_history_is_not_news() -> None:
    """Old calls, and imported ones, build profiles but start no notification; the reason is recorded."""
    old = arrival("track", 1, timestamp=NOW - 73 * HOUR)
    imported = arrival("track", 2, historical=True)
    identify = arrival("identify", 3, historical=True, timestamp=NOW - 999 * HOUR, body={"traits": {"a": 1}})
    effects = run(old, imported, identify, event_maps=MAPPED)
    assert not effects.messages
    assert [event.reason for event in effects.events] == ["HISTORICAL", "HISTORICAL", ""]
    assert profile_of(effects) == {"a": 1}


def test_discarded_items_are_logged_with_reason_and_detail() -> None:
    """An item that was not usable appears in the log as it was judged at the door."""
    (event,) = run(arrival("track", discarded="event_not_string", detail="`event` is a number")).events
    assert (event.status, event.reason, event.detail) == (
        EventStatus.DISCARDED,
        "event_not_string",
        "`event` is a number",
    )


def test_a_record_that_breaks_the_step_is_discarded_alone() -> None:
    """One record nobody can digest costs neither its batch nor the step."""
    broken = arrival("identify", 1)
    broken = msgspec.structs.replace(broken, record=msgspec.structs.replace(broken.record, body=b"\xff"))
    good = arrival("identify", 2, body={"traits": {"a": 1}})
    applied = apply([broken, good], seen=set(), profiles={}, event_maps={}, rules=Rules())
    assert len(applied.faults) == 1
    assert [event.status for event in applied.effects.events] == [EventStatus.DISCARDED, EventStatus.APPLIED]
    assert profile_of(applied.effects) == {"a": 1}


def test_a_number_no_float_can_hold_is_null_in_the_data() -> None:
    """JSON may write 1e400; nothing breaks, and null is what templates see (§7 row 10)."""
    call = arrival("track")
    body = b'{"properties":{"big":1e400,"n":123456789012345678901234567890}}'
    call = msgspec.structs.replace(call, record=msgspec.structs.replace(call.record, body=body))
    (message,) = run(call, event_maps=MAPPED).messages
    assert message.data == {"big": None, "n": 123456789012345678901234567890}


def test_a_send_becomes_a_message_under_its_request_id() -> None:
    """A `/send` rides the same stream; its request id is the message's id, the recipient's data wins."""
    body = {
        "to": {"user_id": "ann", "email": "a@example.com", "data": {"x": 2}},
        "template": "welcome",
        "data": {"x": 1, "y": 1},
        "routing": {"method": "single", "channels": ["email"]},
    }
    (message,) = run(arrival("send", message_id="1-00000000-aa", body=body)).messages
    assert message.id == "1-00000000-aa"
    assert message.data == {"x": 2, "y": 1}
    assert message.to == {"user_id": "ann", "email": "a@example.com"}
    assert message.options == {"routing": {"method": "single", "channels": ["email"]}}


def test_every_record_is_counted_once_by_what_became_of_it() -> None:
    """The counts of a batch add up to its records, and say the same as the events that it logs."""
    request = msgspec.json.encode({"to": {"email": "a@example.com"}, "content": {}})
    effects = run(
        arrival("identify", 1, body={"traits": {"a": 1}}),
        arrival("track", 2),
        arrival("track", 3, name="Nobody Mapped This"),
        arrival("page", 4),
        arrival("track", 5, discarded="event_not_defined", detail="no name"),
        arrival("track", 6, discarded="duplicate"),
        arrival("send", 7, body=msgspec.json.decode(request)),
        event_maps=MAPPED,
    )
    assert counted(effects) == {
        ("APPLIED", ""): 1,
        ("MAPPED", ""): 1,
        ("UNMAPPED", ""): 1,
        ("FILTERED", "UNSUPPORTED_EVENT_TYPE"): 1,
        ("DISCARDED", "event_not_defined"): 1,
        ("DUPLICATE", ""): 1,
        ("REQUESTED", ""): 1,
    }


def test_a_request_whose_message_exists_makes_no_other() -> None:
    """A repeated request id, for another user or long after, is a duplicate: the first message stands."""
    body = {"to": {"user_id": "ann"}, "content": {}}
    again = arrival("send", 2, message_id="r2", user_id="bob", body=body)
    effects = run(
        arrival("send", 1, message_id="r1", body=body),
        arrival("send", 3, message_id="r2", body=body),
        again,
        sent={(ENV, "r1")},
    )
    assert [message.id for message in effects.messages] == ["r2"]
    assert counted(effects) == {("DUPLICATE", ""): 2, ("REQUESTED", ""): 1}
