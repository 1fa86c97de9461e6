"""Who turns out to be whom (segment.md §5.8, §7 rows 31, 61 to 63), and who works for whom (courier-segment.md §6)."""

from typing import Any

import msgspec
import pytest

from tidings.effects import Effects, NamedTenant, Society
from tidings.inbound_events import EventStatus
from tidings.mapping import Arrival, Rules, apply
from tidings.records import Record

NOW = 1_700_000_000_000
ENV = 1


def arrival(kind: str, at: int = 0, *, traits: dict[str, Any] | None = None, **fields: Any) -> Arrival:
    """Make an arrival; unnamed fields are ordinary."""
    defaults = {"message_id": f"m{at}", "user_id": None, "anonymous_id": None, "name": None, "timestamp": NOW}
    body = msgspec.json.encode({"traits": traits or {}})
    return Arrival(ENV, 7, at, Record(type=kind, received_at=NOW, body=body, **{**defaults, **fields}))  # type: ignore[arg-type]


def run(*arrivals: Arrival, profiles: dict[str, Any] | None = None, **known: Any) -> Effects:
    """Apply a batch that must not fault; profiles by user key."""
    stored = {(ENV, key): msgspec.json.encode(data) for key, data in (profiles or {}).items()}
    facts: dict[str, Any] = {"seen": set(), "profiles": stored, "event_maps": {}, "rules": Rules(), **known}
    applied = apply(arrivals, **facts)
    assert applied.faults == ()
    return applied.effects


def written(effects: Effects) -> dict[str, Any]:
    """Read the profiles that a batch writes."""
    return {write.user_key: msgspec.json.decode(write.data) for write in effects.profiles}


def outcome(effects: Effects) -> list[tuple[str, str]]:
    """Tell what became of each call."""
    return [(event.status.value, event.reason) for event in effects.events]


def test_an_identify_with_both_ids_joins_them() -> None:
    """Row 62: what the anonymous profile knows fills in the known one; what the call and the user say stands."""
    effects = run(
        arrival("identify", user_id="ann", anonymous_id="x", traits={"plan": "pro"}),
        profiles={"a:x": {"plan": "free", "city": "Bern", "utm": {"source": "a"}}, "u:ann": {"utm": {"term": "b"}}},
    )
    assert written(effects)["u:ann"] == {"plan": "pro", "city": "Bern", "utm": {"source": "a", "term": "b"}}
    assert [(link.anonymous_key, link.user_key) for link in effects.links] == [("a:x", "u:ann")]
    assert outcome(effects) == [("APPLIED", "")]


def test_one_batch_is_enough() -> None:
    """An anonymous identify and the one that names its user may arrive together."""
    effects = run(
        arrival("identify", 1, anonymous_id="x", traits={"visits": 1}),
        arrival("identify", 2, user_id="ann", anonymous_id="x", traits={"plan": "pro"}),
    )
    assert written(effects) == {"a:x": {"visits": 1}, "u:ann": {"visits": 1, "plan": "pro"}}


def test_what_is_learned_later_follows() -> None:
    """Once joined, an anonymous identify fills in what its user lacks, and replaces nothing."""
    effects = run(
        arrival("identify", anonymous_id="x", traits={"city": "Rome", "age": 30}),
        profiles={"u:ann": {"city": "Bern"}},
        society=Society(links={(ENV, "a:x"): "u:ann"}),
    )
    assert written(effects) == {"a:x": {"city": "Rome", "age": 30}, "u:ann": {"city": "Bern", "age": 30}}


def test_two_users_of_one_device_stay_two() -> None:
    """Row 63: the device belongs to whoever was seen with it first; the other's traits are their own."""
    effects = run(
        arrival("identify", 1, user_id="ann", anonymous_id="x", traits={"a": 1}),
        arrival("identify", 2, user_id="bob", anonymous_id="x", traits={"b": 2}),
        profiles={"a:x": {"seen": True}},
    )
    assert written(effects) == {"u:ann": {"seen": True, "a": 1}, "u:bob": {"b": 2}}
    assert outcome(effects) == [("APPLIED", ""), ("APPLIED", "anonymous_id_taken")]
    assert len(effects.links) == 1


def test_a_user_id_is_nobodys_anonymous_id() -> None:
    """Row 31: a user id that equals an anonymous id is somebody else, and nothing flows by value."""
    effects = run(
        arrival("identify", user_id="x", traits={"a": 1}),
        profiles={"a:x": {"b": 2}},
        society=Society(links={(ENV, "a:x"): "u:ann"}),
    )
    assert written(effects) == {"u:x": {"a": 1}}


def test_an_alias_joins_as_an_identify_does() -> None:
    """`alias(previousId, userId)` says the same thing in another word."""
    effects = run(arrival("alias", user_id="ann", previous_id="x"), profiles={"a:x": {"city": "Bern"}})
    assert written(effects) == {"u:ann": {"city": "Bern"}}
    assert outcome(effects) == [("APPLIED", "")]


@pytest.mark.parametrize(
    ("ids", "known", "reason"),
    [
        pytest.param(("ann", "ann"), {}, "alias_of_itself", id="61 the same id"),
        pytest.param(("ann", "bob"), {"profiles": {"u:bob": {}}}, "two_known_users", id="63 two known users"),
        pytest.param(
            ("ann", "x"), {"society": Society(links={(ENV, "a:x"): "u:bob"})}, "anonymous_id_taken", id="63 taken"
        ),
        pytest.param((None, "x"), {}, "blocked_id", id="29 nobody"),
        pytest.param(("ann", None), {}, "blocked_id", id="29 nobody before"),
    ],
)
def test_an_alias_that_joins_nobody_says_why(ids: Any, known: dict[str, Any], reason: str) -> None:
    """Nothing is written, and the log has the reason."""
    effects = run(arrival("alias", user_id=ids[0], previous_id=ids[1]), **known)
    assert (effects.profiles, effects.links) == ([], [])
    assert outcome(effects) == [("FILTERED", reason)]


def test_swapped_aliases_do_not_loop() -> None:
    """Row 61: joining back and forth changes nothing after the first."""
    effects = run(
        arrival("alias", 1, user_id="ann", previous_id="bob"),
        arrival("alias", 2, user_id="bob", previous_id="ann"),
        arrival("alias", 3, user_id="ann", previous_id="bob"),
        profiles={"u:ann": {"a": 1}},
    )
    assert outcome(effects) == [("APPLIED", ""), ("FILTERED", "two_known_users"), ("APPLIED", "")]


def test_a_profile_that_would_burst_is_not_filled() -> None:
    """What flows over is held to the profile's limit."""
    rules = Rules(profile_bytes_max=100)
    effects = run(
        arrival("identify", user_id="ann", anonymous_id="x", traits={"a": "y" * 50}),
        profiles={"a:x": {"b": "z" * 80}},
        rules=rules,
    )
    assert written(effects) == {"u:ann": {"a": "y" * 50}}


def test_a_group_makes_a_tenant_and_a_member() -> None:
    """R9: the tenant takes name and traits as they are; the call's user belongs to it."""
    effects = run(
        arrival(
            "group", user_id="ann", group_id="acme", traits={"name": "Acme", "total billed": 830, "seats": 12345678980}
        )
    )
    (tenant,) = effects.tenants
    assert (tenant.tenant_id, tenant.name, tenant.is_new) == ("acme", "Acme", True)
    assert tenant.properties == {"name": "Acme", "total billed": 830, "seats": 12345678980}
    assert [(joining.user_key, joining.tenant_id) for joining in effects.joinings] == [("u:ann", "acme")]
    assert outcome(effects) == [("APPLIED", "")]


def test_groups_merge_into_what_stands() -> None:
    """Traits merge over time; null replaces; without a name the old one stays, and at first it is the id."""
    effects = run(
        arrival("group", 1, user_id="ann", group_id="acme", traits={"plan": None, "a": {"y": 2}}),
        arrival("group", 2, anonymous_id="x", group_id="acme"),
        arrival("group", 3, user_id="ann", group_id="new"),
        society=Society(tenants={(ENV, "acme"): NamedTenant("Acme", {"plan": "pro", "a": {"x": 1}})}),
    )
    acme, new = effects.tenants
    assert (acme.name, acme.is_new) == ("Acme", False)
    assert acme.properties == {"plan": None, "a": {"x": 1, "y": 2}}
    assert (new.name, new.properties, new.is_new) == ("new", {}, True)
    members = {(joining.user_key, joining.tenant_id) for joining in effects.joinings}
    assert members == {("u:ann", "acme"), ("a:x", "acme"), ("u:ann", "new")}


def test_a_group_of_nobody_is_kept_back() -> None:
    """An id that names nobody makes no member, and a tenant too large is refused."""
    effects = run(
        arrival("group", 1, group_id="acme"),
        arrival("group", 2, user_id="ann", group_id="acme", traits={"a": "y" * 200}),
        rules=Rules(profile_bytes_max=100),
    )
    assert (effects.tenants, effects.joinings) == ([], [])
    assert outcome(effects) == [("FILTERED", "blocked_id"), ("FILTERED", "tenant_too_large")]
    assert {event.status for event in effects.events} == {EventStatus.FILTERED}
