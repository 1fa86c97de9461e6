"""Destination filters: what they keep back, what they take out, and in which order (segment.md §3.4)."""

import msgspec
import pytest

from tidings.errors import InvalidInput
from tidings.filters import Filter, Gate, check
from tidings.filters.filter import AllowProperties, Drop, DropProperties, Only, Sample


def call(**fields):
    """Write a call."""
    return {"type": "track", "event": "Order Completed", "userId": "ann", "messageId": "m1", **fields}


def judge(filters, body, source_id=1):
    """Ask a destination's filters."""
    return Gate(filters).judge(msgspec.json.encode(body), body.get, source_id)


def a_filter(condition, *actions, **fields):
    """Make a filter."""
    return Filter(**{"id": "f1", "title": "A filter", "condition": condition, "actions": actions, **fields})


def test_without_filters_everything_passes_as_it_came():
    """A destination without filters takes the very bytes."""
    body = b'{"type" : "track"}'

    assert Gate([]).judge(body, lambda _: None, 1).body is body
    assert Gate([]).is_open


def test_drop_says_which_filter_and_why():
    """A dropped call names its filter, and the reason holds the value that decided."""
    verdict = judge([a_filter("properties.plan != 'pro'", Drop())], call(properties={"plan": "free"}))

    assert (verdict.passes, verdict.filter_id, verdict.title) == (False, "f1", "A filter")
    assert verdict.why == '`properties.plan` is "free", not "pro"'


def test_only_is_the_opposite_of_drop():
    """ONLY keeps back what does not meet the condition; two that contradict each other let nothing through."""
    only_pro = a_filter("properties.plan = 'pro'", Only())
    only_free = a_filter("properties.plan = 'free'", Only(), id="f2")

    assert judge([only_pro], call(properties={"plan": "pro"})).passes
    assert judge([only_pro], call(properties={"plan": "free"})).why == '`properties.plan` is "free", not "pro"'
    assert not any(judge([only_pro, only_free], call(properties={"plan": plan})).passes for plan in ("pro", "free"))


def test_a_filter_of_another_source_does_not_count():
    """A filter that names a source concerns its calls alone; a disabled one concerns none."""
    mine = a_filter("all", Drop(), source_id=1)

    assert not judge([mine], call(), source_id=1).passes
    assert judge([mine], call(), source_id=2).passes
    assert judge([a_filter("all", Drop(), enabled=False)], call()).passes


@pytest.mark.parametrize("percent", [0.0, 0.1, 0.5, 1.0])
def test_sample_keeps_a_share(percent):
    """A sample keeps about its share, and asks again with the same result."""
    sampled = a_filter("all", Sample(percent=percent))
    passed = [judge([sampled], call(messageId=f"m{number}")).passes for number in range(1000)]

    assert abs(sum(passed) / 1000 - percent) < 0.06
    assert passed == [judge([sampled], call(messageId=f"m{number}")).passes for number in range(1000)]


def test_a_sample_by_path_keeps_a_user_whole_and_grows():
    """With a path, calls of one value share one fate, and what is kept at a share is kept at every larger one."""
    kept = {}
    for percent in (0.2, 0.6):
        gate = [a_filter("all", Sample(percent=percent, path="userId"))]
        kept[percent] = {user for user in map(str, range(200)) if judge(gate, call(userId=user, messageId="x")).passes}
        again = {user for user in map(str, range(200)) if judge(gate, call(userId=user, messageId="y")).passes}
        assert again == kept[percent]
    assert kept[0.2] < kept[0.6]


def test_only_such_calls_are_sampled():
    """A sample concerns the calls that meet the condition; all others pass."""
    assert judge([a_filter("event = 'Other'", Sample(percent=0))], call()).passes
    assert not judge([a_filter("event = 'Order Completed'", Sample(percent=0))], call()).passes


def test_properties_are_taken_out():
    """Named keys go, of each element where the path leads to a list; the top level is the empty path."""
    actions = DropProperties(fields={"properties": ["email"], "properties.products": ["cost"], "": ["traits"]})
    body = call(
        properties={"email": "a@example.com", "total": 1, "products": [{"id": 1, "cost": 2}, {"id": 2}, 5]}, traits={}
    )

    verdict = judge([a_filter("all", actions)], body)

    expected = call(properties={"total": 1, "products": [{"id": 1}, {"id": 2}, 5]})
    assert msgspec.json.decode(verdict.body) == expected
    assert verdict.changed_by == ("f1",)


def test_only_allowed_properties_stay():
    """Of a named object only the listed keys stay; other objects are left as they are; two lists must both allow."""
    one = a_filter("all", AllowProperties(fields={"properties": ["total", "plan"]}))
    two = a_filter("all", AllowProperties(fields={"properties": ["plan", "email"]}), id="f2")
    body = call(properties={"email": "a", "total": 1, "plan": "pro"}, context={"ip": "1.2.3.4"})

    assert msgspec.json.decode(judge([one], body).body)["properties"] == {"total": 1, "plan": "pro"}
    assert msgspec.json.decode(judge([one, two], body).body)["properties"] == {"plan": "pro"}
    assert msgspec.json.decode(judge([one], body).body)["context"] == {"ip": "1.2.3.4"}


def test_what_names_a_call_is_never_taken_out():
    """A call keeps its type and messageId whatever is taken out: without them nobody could tell what came twice."""
    verdict = judge([a_filter("all", AllowProperties(fields={"": ["event"]}))], call(properties={}))

    assert msgspec.json.decode(verdict.body) == {"type": "track", "messageId": "m1", "event": "Order Completed"}


def test_conditions_are_asked_of_the_call_as_it_came():
    """A filter that takes a property out does not blind the one that drops by it, whatever their order."""
    remove = a_filter("all", DropProperties(fields={"properties": ["plan"]}))
    drop = a_filter("properties.plan = 'free'", Drop(), id="f2")

    for filters in ([remove, drop], [drop, remove]):
        assert judge(filters, call(properties={"plan": "free"})).filter_id == "f2"


def test_what_accept_stamped_counts():
    """The type and id that the door settled are asked, not what the body says."""
    gate = Gate([a_filter("type = 'track' and messageId = 'stamped'", Only())])
    stamped = {"type": "track", "messageId": "stamped"}.get

    assert gate.judge(b'{"type": "identify"}', stamped, 1).passes


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"properties": []}', b'{"properties": {"n": 1e400}}', b'{"a":'])
def test_odd_calls_get_a_verdict(body):
    """Whatever shape a call has, a filter answers."""
    gate = Gate(
        [a_filter("properties.n = 1 or properties.plan.name = 'x'", Only(), DropProperties(fields={"": ["a"]}))]
    )

    assert not gate.judge(body, lambda _: None, 1).passes


@pytest.mark.parametrize(
    ("made", "path"),
    [
        (a_filter("a =", Drop()), "filters[0].if"),
        (a_filter("all", Sample(percent=1, path="1 +")), "filters[0].actions[0].path"),
        (a_filter("all", Drop(), DropProperties(fields={"a = 1": ["x"]})), "filters[0].actions[1].fields"),
    ],
)
def test_a_bad_filter_is_refused_with_its_path(made, path):
    """What cannot be kept is refused, naming the field."""
    with pytest.raises(InvalidInput) as refused:
        check(made, "filters[0].")
    assert refused.value.path == path
