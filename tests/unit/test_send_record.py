import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import InvalidInput, TooLarge
from tidings.ingest.send import nests_deeper, record_of_send

TO = {"user_id": "ann"}
BASE = {"to": TO, "template": "welcome"}


def record(message):
    """Make the record of a message."""
    return record_of_send({"message": message}, request_id="1-00000001-0", received_at=1000)


def test_everything_that_later_steps_read_is_kept():
    """What routing, rendering and sending will ask for passes through unchanged."""
    message = {
        **BASE,
        "data": {"n": 2**70, "list": [1, None]},
        "brand_id": "b1",
        "routing": {"method": "all", "channels": ["email", {"method": "single", "channels": ["sms", "push"]}]},
        "channels": {"email": {"providers": ["smtp"], "override": {"a": 1}}},
        "providers": {"smtp": {"override": {"config": {}}}},
        "metadata": {"event": "x", "tags": ["a"], "trace_id": "t", "utm": {"source": "s"}},
        "context": {"tenant_id": "t1"},
        "timeout": {"message": 1000, "channel": {"email": 5}, "provider": 7, "criteria": "no-escalation"},
        "preferences": {"subscription_topic_id": "s1"},
        "something_new": {"kept": True},
    }

    made = record(message)

    assert msgspec.json.decode(made.body) == message
    assert (made.type, made.message_id, made.received_at, made.timestamp) == ("send", "1-00000001-0", 1000, 1000)


MEMBERS = [{"operator": "MEMBER_OF", "path": "account_id", "value": "acme"}]


def test_null_is_absent():
    """Clients that write out every field with null mean the same as those that leave it out."""
    made = record({**BASE, "content": None, "delay": None, "brand_id": None})

    assert msgspec.json.decode(made.body) == BASE


def test_inline_keys_of_the_recipient_stay():
    """Any profile key may stand in `to`."""
    to = {"user_id": "ann", "email": "a@example.com", "locale": "de", "slack": {"channel": "c"}, "data": {"x": 1}}

    assert msgspec.json.decode(record({**BASE, "to": to}).body)["to"] == to


def test_one_of_template_and_content_is_needed():
    """The words are Courier's."""
    with pytest.raises(InvalidInput, match="Either 'content' or 'template' must be defined"):
        record({"to": TO})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"to": None}, "message.to"),
        ({"to": "ann"}, "message.to"),
        ({"to": {}}, "message.to"),
        ({"to": []}, "message.to"),
        ({"to": [TO] * 10_001}, "message.to"),
        ({"to": [TO, {"data": {}}]}, "message.to[1]"),
        ({"to": [TO, {"user_id": "a\0b"}]}, "message.to[1].user_id"),
        ({"to": [TO, {"tenant_id": "a\0b"}]}, "message.to[1].tenant_id"),
        ({"to": {"tenant_id": "t", "filters": MEMBERS}}, "message.to.filters"),
        ({"to": {"user_id": "ann", "filters": MEMBERS}}, "message.to.filters"),
        ({"to": {"list_pattern": "a.*", "filters": MEMBERS}}, "message.to.filters"),
        (
            {"to": {"audience_id": "a", "filters": [{**MEMBERS[0], "operator": "EQ"}]}},
            "message.to.filters",
        ),
        ({"to": {"tenant_id": "t", "include_children": "yes"}}, "message.to.include_children"),
        ({"to": {"user_id": 7}}, "message.to.user_id"),
        ({"to": {"user_id": ""}}, "message.to.user_id"),
        ({"to": {"user_id": "a\0b"}}, "message.to.user_id"),
        ({"to": {"user_id": "ü" * 513}}, "message.to.user_id"),
        ({"to": {"email": ["a@example.com"]}}, "message.to.email"),
        ({"to": {"phone_number": 7}}, "message.to.phone_number"),
        ({"to": {"locale": "de", "data": {}}}, "message.to"),
        ({"to": {"list_id": "a b"}}, "message.to.list_id"),
        ({"to": {"list_id": "a.*"}}, "message.to.list_id"),
        ({"to": {"list_pattern": "**.a"}}, "message.to.list_pattern"),
        ({"to": {**TO, "preferences": {"notifications": {"t": {"status": "MAYBE"}}}}}, "message.to.preferences"),
        ({"to": {"audience_id": "a" * 257}}, "message.to.audience_id"),
        ({"to": {"audience_id": "a", "tenant_id": "t"}}, "message.to.tenant_id"),
        ({"to": {"list_id": "a", "account_id": "t"}}, "message.to.account_id"),
        ({"to": {"bulk_job": "1-x"}}, "message.to.bulk_job"),
        ({"to": {"user_id": "ann", "data": []}}, "message.to.data"),
        ({"template": 7}, "message.template"),
        ({"template": ""}, "message.template"),
        ({"content": {"title": "a", "body": "b"}}, "message.content"),
        ({"data": []}, "message.data"),
        ({"delay": {"duration": -1}}, "message.delay.duration"),
        ({"delay": {"until": "2026-13-01"}}, "message.delay.until"),
        ({"delay": {"until": "Mo-Xx 09:00-17:00"}}, "message.delay.until"),
        ({"delay": {"until": "Mo 25:00-26:00"}}, "message.delay.until"),
        ({"delay": {"duration": 1, "timezone": "Mars/Olympus"}}, "message.delay.timezone"),
        ({"expiry": {"expires_in": "soon"}}, "message.expiry.expires_in"),
        ({"expiry": {"expires_at": "soon"}}, "message.expiry.expires_at"),
        ({"routing": {"method": "some"}}, "message.routing.method"),
        ({"routing": {"method": "all", "channels": [1]}}, "message.routing.channels[0]"),
        ({"routing": {"method": "all", "channels": ["email"] * 101}}, "message.routing.channels"),
        ({"channels": {"email": "smtp"}}, "message.channels"),
        ({"metadata": {"tags": ["x"] * 10}}, "message.metadata.tags"),
        ({"metadata": {"tags": ["x" * 31]}}, "message.metadata.tags[0]"),
        ({"timeout": {"message": "soon"}}, "message.timeout.message"),
        ({"timeout": {"escalation": 1e300}}, "message.timeout.escalation"),
        ({"channels": {"sms": {"timeouts": {"provider": "x"}}}}, "message.channels.sms.timeouts.provider"),
        ({"providers": {"twilio": {"timeout": -1}}}, "message.providers.twilio.timeout"),
        ({"preferences": {}}, "message.preferences"),
        ({"digest": {"round": 1}}, "message.digest"),
        ({"list_preferences": {}}, "message.list_preferences"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(change, path):
    """A message that cannot be taken is refused with the path of the field, and nothing is dropped in silence."""
    with pytest.raises(InvalidInput) as refusal:
        record({**BASE, **change})

    assert refusal.value.path.startswith(path)


@pytest.mark.parametrize("content", [{}, {"title": 7}, {"version": "1999-01-01", "elements": []}, {"elements": {}}])
def test_content_is_checked_at_the_door(content):
    """Elemental that no renderer can read is refused, with its path in the message."""
    with pytest.raises(InvalidInput) as refusal:
        record({"to": TO, "content": content})

    assert refusal.value.path.startswith("message.content")


@pytest.mark.parametrize("body", [None, [], "x", {}, {"message": None}, {"message": []}, {"to": TO}])
def test_a_body_without_a_message_is_refused(body):
    """`message` is required, and is an object."""
    with pytest.raises(InvalidInput, match="is required") as refusal:
        record_of_send(body, request_id="r", received_at=1)

    assert refusal.value.path == "message"


@pytest.mark.parametrize("body", [{"event": "e", "recipient": "ann"}, {"list": "l", "event": "e"}])
def test_the_first_version_of_the_body_is_told_how_to_write_the_second(body):
    """Older clients learn what to write instead."""
    with pytest.raises(InvalidInput, match=r'write {"message": {"to"'):
        record_of_send(body, request_id="r", received_at=1)


def test_nesting_has_a_limit():
    """64 levels, wherever they are."""
    data = {}
    for _ in range(64):
        data = {"a": data}

    with pytest.raises(TooLarge):
        record({**BASE, "data": data})


@pytest.mark.parametrize(("value", "depth"), [(1, 0), ({}, 1), ([1], 1), ([[1], {"a": {}}], 3), ({"a": [{}]}, 3)])
def test_depth_is_counted_in_containers(value, depth):
    """`{}` is one level, what it holds one more."""
    assert not nests_deeper(value, depth)
    assert depth == 0 or nests_deeper(value, depth - 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["to", "template", "content", "data", "routing", "channels", "metadata", "timeout", "delay", "expiry"]


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)), st.booleans())
def test_any_message_is_a_record_or_a_refusal(message, reachable):
    """Whatever JSON comes, it is taken whole or refused with a path: nothing else is raised."""
    if reachable:
        message = {**message, **BASE}
    try:
        made = record(message)
    except InvalidInput:
        return
    kept = msgspec.json.decode(made.body)
    assert kept == msgspec.json.decode(msgspec.json.encode({k: v for k, v in message.items() if v is not None}))
