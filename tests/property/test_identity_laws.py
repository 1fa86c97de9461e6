"""Laws of identity: nothing is lost or doubled whatever the order, no two known users ever become one."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.effects import Society
from tidings.mapping import Arrival, Rules, apply
from tidings.mapping.asked import who
from tidings.records import Record

NOW = 1_700_000_000_000
ENV = 1


class World:
    """Storage in small: what batches leave behind for the next ones."""

    def __init__(self) -> None:
        self.profiles: dict[tuple[int, str], bytes] = {}
        self.links: dict[tuple[int, str], str] = {}

    def take(self, *arrivals: Arrival) -> None:
        """Apply a batch, from what the step would have read."""
        asked = who(arrivals)
        society = Society(links={key: owner for key, owner in self.links.items() if key in asked.anonymous})
        read = {key: self.profiles[key] for key in asked.profiles(society) if key in self.profiles}
        applied = apply(arrivals, seen=set(), profiles=read, event_maps={}, rules=Rules(), society=society)
        assert applied.faults == ()
        for write in applied.effects.profiles:
            self.profiles[write.environment_id, write.user_key] = write.data
        for link in applied.effects.links:
            assert self.links.setdefault((link.environment_id, link.anonymous_key), link.user_key) == link.user_key

    def profile(self, user_key: str) -> Any:
        """Read a profile; empty when there is none."""
        return msgspec.json.decode(self.profiles.get((ENV, user_key), b"{}"))


def call(at: int, kind: str, traits: dict[str, Any], **ids: Any) -> Arrival:
    """Make an arrival."""
    fields = {"user_id": None, "anonymous_id": None, "name": None, "timestamp": NOW, "received_at": NOW, **ids}
    body = msgspec.json.encode({"traits": traits})
    return Arrival(ENV, 7, at, Record(type=kind, message_id=f"m{at}", body=body, **fields))  # type: ignore[arg-type]


users, devices = st.sampled_from(["ann", "bob", "cy"]), st.sampled_from(["x", "y", "ann"])
values = st.integers(0, 3) | st.none() | st.dictionaries(st.sampled_from("pq"), st.integers(0, 3), max_size=2)
traits = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
steps = st.lists(
    st.tuples(
        st.just("identify"), traits, st.fixed_dictionaries({}, optional={"user_id": users, "anonymous_id": devices})
    )
    | st.tuples(
        st.just("alias"), st.just({}), st.fixed_dictionaries({"user_id": users, "previous_id": devices | users})
    ),
    max_size=12,
)


@given(steps=steps, cuts=st.sets(st.integers(0, 12)))
@settings(max_examples=200, deadline=None)
def test_how_calls_are_cut_into_batches_is_no_matter(steps, cuts) -> None:
    """One batch, one call a batch, or anything between: the same profiles and the same links."""
    arrivals = [call(at, kind, said, **ids) for at, (kind, said, ids) in enumerate(steps)]
    whole, single, cut = World(), World(), World()
    whole.take(*arrivals)
    start = 0
    for at, arrival in enumerate(arrivals):
        single.take(arrival)
        if at in cuts:
            cut.take(*arrivals[start:at])
            start = at
    cut.take(*arrivals[start:])
    for world in (single, cut):
        assert world.links == whole.links
        keys = {key for _, key in whole.profiles} | {key for _, key in world.profiles}
        assert {key: world.profile(key) for key in keys} == {key: whole.profile(key) for key in keys}


@given(steps=steps)
@settings(max_examples=200, deadline=None)
def test_saying_it_all_again_changes_nothing(steps) -> None:
    """Everything said a second time may settle what crossed; said a third time it changes nothing at all."""
    world = World()
    arrivals = [call(at, kind, said, **ids) for at, (kind, said, ids) in enumerate(steps)]
    world.take(*arrivals)
    links = dict(world.links)
    world.take(*arrivals)
    before = {key: world.profile(key) for _, key in world.profiles}
    world.take(*arrivals)
    assert world.links == links
    assert {key: world.profile(key) for _, key in world.profiles} == before


@given(steps=steps)
@settings(max_examples=200, deadline=None)
def test_two_known_users_never_become_one(steps) -> None:
    """Every anonymous user has one owner for ever, and what only one known user said is never on another's profile."""
    world = World()
    for at, (kind, _, ids) in enumerate(steps):
        said = {f"of {ids['user_id']}": at} if ids.get("user_id") else {"anonymous": at}
        world.take(call(at, kind, said, **ids))
    for user in ("ann", "bob", "cy"):
        foreign = [key for key in world.profile(f"u:{user}") if key.startswith("of ") and key != f"of {user}"]
        assert foreign == []


@given(
    own=st.lists(traits, max_size=3),
    device=st.lists(st.sampled_from("defg"), max_size=4, unique=True),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_when_a_device_is_recognised_is_no_matter(own, device, order) -> None:
    """However anonymous and known calls interleave, the user ends with what both said, and their own word counts."""
    known = [call(at, "identify", said, user_id="ann", anonymous_id="x") for at, said in enumerate([{}, *own])]
    unknown = [call(100 + at, "identify", {key: at}, anonymous_id="x") for at, key in enumerate(device)]
    expected = World()
    expected.take(*unknown, *known)
    mixed, world = [True] * len(known) + [False] * len(unknown), World()
    order.shuffle(mixed)
    for is_known in mixed:
        world.take((known if is_known else unknown).pop(0))
    assert world.profile("u:ann") == expected.profile("u:ann")
