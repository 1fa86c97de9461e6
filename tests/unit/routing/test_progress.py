"""How messages come along their routes: laws, on random routes and random answers."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidings.channels import Available, Way
from tidings.messages import Attempt, Message, Outcome, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.routing import Arrived, Awaiting, Branch, Flying, Open, Passed, Route, Stuck, plan, progress

NOW = 1_700_000_000_000
REFUSED = Undeliverable(Reason.PROVIDER_ERROR, "no")
BOUNCED = Undeliverable(Reason.BOUNCED, "gone")


def way(name: str, channel: str = "email") -> Way:
    """Make a way by a provider of this name."""
    return Way(channel, name, "", "ann@example.com")


def tried(way: Way, outcome: Outcome | None, number: int = 1, at: int = NOW) -> Attempt:
    """Make an attempt that came to this."""
    return Attempt(
        environment_id=1,
        message_id="m",
        number=number,
        channel=way.channel,
        provider=way.provider,
        way=way.key,
        started=at,
        finished=None if outcome is None else at,
        outcome=outcome,
    )


def state(tree: Branch, *attempts: Attempt, now: int = NOW, **options: Any) -> Any:
    """Judge a route; who is no longer waited for is told by other tests."""
    found = progress(Route(tree), attempts, now=now, options=options)
    return msgspec.structs.replace(found, passed=()) if isinstance(found, Open) else found


A, B, C = way("a"), way("b"), way("c", "sms")


def test_one_after_another() -> None:
    """Of ways in order the first is tried, and the next only when it refused."""
    single = Branch("single", (A, B))
    assert state(single) == Open((A,))
    assert state(single, tried(A, REFUSED)) == Open((B,))
    assert state(single, tried(A, Sent())) == Arrived()
    assert isinstance(state(single, tried(A, REFUSED), tried(B, REFUSED, 2)), Stuck)


def test_all_at_once() -> None:
    """Of ways that must all go out each is tried, and one that was taken is enough to have sent it."""
    every = Branch("all", (A, C))
    assert state(every) == Open((A, C))
    assert state(every, tried(A, Sent())) == Open((C,))
    assert state(every, tried(A, Sent()), tried(C, REFUSED, 2)) == Arrived()
    assert isinstance(state(every, tried(A, REFUSED), tried(C, REFUSED, 2)), Stuck)


def test_a_dead_address_is_dead_for_every_provider() -> None:
    """Who bounced is not asked for by another provider of the channel; another channel is tried."""
    single = Branch("single", (A, B, C))
    assert state(single, tried(A, BOUNCED)) == Open((C,))


def test_nobody_knows() -> None:
    """After an unknown outcome nothing else of the branch is tried, and the message ends as unknown."""
    single = Branch("single", (A, B))
    stuck = state(single, tried(A, Unknown("?")))
    assert isinstance(stuck, Stuck)
    assert stuck.is_unknown


def test_a_repetition_is_the_same_providers_alone() -> None:
    """Where a provider knows repetitions it is asked again, within its time; its refusal then says nothing."""
    single = Branch("single", (A, B))
    unsure = tried(A, Unknown("?", repeatable_s=60))
    assert state(single, unsure) == Open((A,))
    late = state(single, unsure, now=NOW + 61_000)
    assert isinstance(late, Stuck)
    assert late.is_unknown
    set_back = state(single, unsure, now=NOW - 20_000)  # a clock that was set back tells no age
    assert isinstance(set_back, Stuck)
    refused = state(single, unsure, tried(A, REFUSED, 2))
    assert isinstance(refused, Stuck)
    assert refused.is_unknown


def test_who_says_later_for_too_long_stands_aside() -> None:
    """After its budget the next provider is asked; when that one cannot either, one of them goes on, never both."""
    single = Branch("single", (A, B))
    busy = tried(A, RetryLater("busy"))
    assert state(single, busy) == Open((A,))
    assert state(single, busy, now=NOW + 6 * 60_000) == Open((B,))
    assert state(single, busy, now=NOW + 2_000, timeout={"provider": 1000}) == Open((B,))
    both = (busy, tried(B, RetryLater("busy"), 2))
    assert state(single, *both, now=NOW + 12 * 60_000) == Open((A,))


def test_who_asked_to_wait_is_not_asked_before() -> None:
    """A wait that a provider asked for holds for it alone."""
    every = Branch("all", (A, C))
    waiting = (tried(A, RetryLater("busy", after_s=60)), tried(C, RetryLater("busy"), 2))
    assert state(every, *waiting) == Open((C,), (A,))
    assert state(every, *waiting, now=NOW + 60_000) == Open((A, C))


def test_two_accounts_of_one_provider_are_two_ways() -> None:
    """What one account refuses another of the same provider may take."""
    first, second = Way("email", "smtp", "pc_1", "a@b.c"), Way("email", "smtp", "pc_2", "a@b.c")
    assert state(Branch("single", (first, second)), tried(first, REFUSED)) == Open((second,))


def test_attempts_of_older_versions_count() -> None:
    """An attempt that names no way counts for its channel and provider."""
    old = msgspec.structs.replace(tried(A, Unknown("cut off")), way="")
    assert isinstance(state(Branch("single", (A, B)), old), Stuck)


outcomes = st.sampled_from(
    [Sent(), REFUSED, BOUNCED, RetryLater("later"), RetryLater("later", after_s=30), Unknown("?"), Unknown("?", 600)]
)
ways = st.sampled_from([way(name, channel) for name in "abcd" for channel in ("email", "sms")])
trees = st.recursive(
    ways,
    lambda inner: st.builds(
        Branch, st.sampled_from(["single", "all"]), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def test_who_was_asked_while_another_was_parked_is_the_end_of_it() -> None:
    """What somebody took, or may have taken, is not sent again by whoever was parked then and answers now."""
    single = Branch("single", (A, B))
    waited = tried(A, RetryLater("busy"))
    for before in ((), (waited,)):
        number = len(before) + 1
        assert progress(Route(single), before, now=NOW, options={}, parked={("a", "")}) == Open((B,))
        assert state(single, *before, tried(B, Sent(), number)) == Arrived()
        assert state(single, *before, tried(B, None, number)) == Flying()
        unsure = state(single, *before, tried(B, Unknown("?"), number))
        assert isinstance(unsure, Stuck)
        assert unsure.is_unknown
        assert state(single, *before, tried(B, Unknown("?", 60), number)) == Open((B,))
        assert state(single, *before, tried(B, RetryLater("busy"), number)) == Open((A,))
        assert state(single, *before, tried(B, REFUSED, number)) == Open((A,))


def test_a_part_that_was_taken_keeps_the_others_waiting_themselves() -> None:
    """Of ways that must all go out one was taken: the next channel is not asked because another of them is parked."""
    every = Branch("all", (A, B))
    tree = Branch("single", (every, C))
    taken = [tried(A, Sent()), tried(B, RetryLater("busy"), 2)]
    assert progress(Route(tree), taken, now=NOW, options={}, parked={("b", "")}) == Open((B,))


def all_single(tree: Any) -> bool:
    """Tell whether one alone of all ways is to take it."""
    return isinstance(tree, Way) or (tree.method == "single" and all(map(all_single, tree.of)))


@given(
    tree=trees.filter(all_single),
    answers=st.lists(outcomes, min_size=1, max_size=12),
    parked=st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=6),
)
def test_whoever_is_parked_nothing_is_sent_twice(tree: Any, answers: list[Outcome], parked: list[set[str]]) -> None:
    """Whenever accounts are parked and answer again: after what was taken, or may have been, nobody else is asked."""
    root = tree if isinstance(tree, Branch) else Branch("single", (tree,))
    attempts: list[Attempt] = []
    for step in range(24):
        left_alone = {(name, "") for name in parked[step % len(parked)]}
        found = progress(Route(root), attempts, now=NOW + step * 40_000, options={}, parked=left_alone)
        if not isinstance(found, Open):
            break
        assert len(found.now) <= 1
        chosen = (found.now or found.later)[0]
        before = [made for made in attempts if isinstance(made.outcome, Sent | Unknown)]
        assert all(made.way == chosen.key and isinstance(made.outcome, Unknown) for made in before)
        attempts.append(tried(chosen, answers[step % len(answers)], len(attempts) + 1, NOW + step * 40_000))
    assert sum(isinstance(made.outcome, Sent) for made in attempts) <= 1


@given(tree=trees, answers=st.lists(outcomes, min_size=1, max_size=12), budget=st.sampled_from([0, 60_000]))
def test_every_message_comes_to_one_end(tree: Any, answers: list[Outcome], budget: int) -> None:
    """Whatever providers answer: a way is never tried beside itself, nothing follows what may have been sent except the
    same way again, and when nobody says "later" any more the message has one end.
    """  # noqa: D205
    root = tree if isinstance(tree, Branch) else Branch("single", (tree,))
    attempts: list[Attempt] = []
    now = NOW
    for _ in range(60):
        found = state(root, *attempts, now=now, timeout={"provider": budget})
        if not isinstance(found, Open):
            break
        chosen = found.now or found.later
        assert chosen
        assert len({one.key for one in chosen}) == len(chosen)
        for one in chosen:
            before = [made.outcome for made in attempts if made.way == one.key]
            assert not any(isinstance(outcome, Sent) for outcome in before)
            assert not any(isinstance(outcome, Unknown) and not outcome.repeatable_s for outcome in before)
            answer = answers[len(attempts) % len(answers)] if len(attempts) < 60 else REFUSED
            attempts.append(tried(one, answer, len(attempts) + 1, now))
        now += 45_000
    final = state(root, *attempts, now=now + 10**9)
    assert isinstance(final, Open | Arrived | Stuck)
    if isinstance(final, Arrived):
        assert any(isinstance(made.outcome, Sent) for made in attempts)
    taken = [made for made in attempts if isinstance(made.outcome, Sent)]
    if root.method == "single" and all(isinstance(part, Way) for part in root.of):
        assert len(taken) <= 1


AVAILABLE = tuple(
    Available(name, f"pc_{name}", channel)
    for name, channel in [("smtp", "email"), ("twilio", "sms"), ("firebase-fcm", "push"), ("slack", "direct_message")]
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["ann@example.com", "nobody", ""]),
        "phone_number": st.sampled_from(["+4915112345678", "123", None]),
        "firebaseToken": st.sampled_from(["t1", ["t1", "t2"], [], 7]),
        "slack": st.sampled_from([{"channel": "C1"}, {}, "C1"]),
    },
)
routings = st.recursive(
    st.sampled_from(["email", "sms", "push", "direct_message", "slack", "twilio", "webhook", "pigeon"]),
    lambda inner: st.fixed_dictionaries(
        {"method": st.sampled_from(["single", "all"]), "channels": st.lists(inner, max_size=4)}
    ),
    max_leaves=8,
)


@given(profile=profiles, routing=routings)
def test_no_way_leads_where_the_profile_cannot_receive(profile: dict[str, Any], routing: Any) -> None:
    """Each way of a plan has an address of the profile on its channel, by a provider that is there."""
    message = Message(
        environment_id=1,
        id="m",
        user_key="u:ann",
        recipient="ann",
        enqueued=1,
        event="",
        request_id="m",
        to={},
        data={},
        options={"routing": routing},
    )
    planned = plan(message=message, channels=["default"], profile=profile, available=AVAILABLE)
    if not isinstance(planned, Route):
        return
    reachable = {
        "email": ["ann@example.com"],
        "sms": ["+4915112345678"],
        "push": ["t1", "t2"],
        "direct_message": ['{"channel":"C1"}'],
    }
    for one in planned.ways:
        assert one.address in reachable[one.channel]
        assert (one.provider, one.config_id, one.channel) in {
            (there.provider, there.config_id, there.channel) for there in AVAILABLE
        }


EMAIL, SMS = Branch("single", (A, B), "email"), Branch("single", (C,), "sms")
UNOPENED = {"timeout": {"criteria": "viewed", "escalation": 1000}}


def heard(**moments: int) -> Message:
    """Make the message of which something may have been heard."""
    return Message(
        environment_id=1,
        id="m",
        user_key="",
        recipient="ann",
        enqueued=NOW,
        event="",
        request_id="m",
        to={},
        data={},
        **moments,
    )


def test_what_was_taken_escalates_when_nothing_is_heard() -> None:
    """The next channel, not the next provider, is asked when the time is over; and nobody after the last."""
    route = Branch("single", (EMAIL, SMS))
    taken = tried(A, Sent())
    assert state(route, taken, now=NOW + 999, **UNOPENED) == Awaiting(NOW + 1000)
    assert state(route, taken, now=NOW + 1000, **UNOPENED) == Open((C,))
    assert state(route, taken, now=NOW + 1000) == Arrived()
    both = (taken, tried(C, Sent(), 2))
    assert state(route, *both, now=NOW + 1000, **UNOPENED) == Arrived()
    assert state(route, taken, tried(C, REFUSED, 2), now=NOW + 1000, **UNOPENED) == Arrived()
    assert state(route, taken, tried(C, Unknown("?"), 2), now=NOW + 1000, **UNOPENED) == Arrived()


def test_what_was_heard_ends_it() -> None:
    """Nobody else is asked once the message was opened, however late it is looked at."""
    route = Route(Branch("single", (EMAIL, SMS)))
    seen = progress(route, [tried(A, Sent())], now=NOW + 9000, options=UNOPENED, heard=heard(opened=1))
    assert seen == Arrived()
    unseen = progress(route, [tried(A, Sent())], now=NOW + 500, options=UNOPENED, heard=heard(delivered=1))
    assert unseen == Awaiting(NOW + 1000)


def test_who_is_passed_by_is_told() -> None:
    """The judgement names the attempt, what ran out and how long that was."""
    route = Route(Branch("single", (EMAIL, SMS)))
    taken, busy = tried(A, Sent()), tried(A, RetryLater("busy"))
    escalated = progress(route, [taken], now=NOW + 1000, options=UNOPENED)
    assert isinstance(escalated, Open)
    assert escalated.passed == (Passed(taken, "viewed", 1000, taken=True),)
    late = progress(route, [busy], now=NOW + 11, options={"timeout": {"provider": 10}})
    assert isinstance(late, Open)
    assert (late.now, late.passed) == ((B,), (Passed(busy, "provider", 10),))
    later = progress(route, [busy], now=NOW + 11, options={"timeout": {"channel": 10}})
    assert isinstance(later, Open)
    assert (later.now, later.passed) == ((C,), (Passed(busy, "channel", 10),))


def test_a_channel_that_may_have_sent_is_not_passed_by() -> None:
    """While an attempt of a channel is under way, or nobody knows what came of it, no other channel is asked."""
    route, short = Branch("single", (EMAIL, SMS)), {"timeout": {"channel": 10}}
    assert state(route, tried(A, None), now=NOW + 11, **short) == Flying()
    assert state(route, tried(A, Unknown("?", 60)), now=NOW + 11, **short) == Open((A,))
