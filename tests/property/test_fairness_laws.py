"""Laws of sharing: whoever waits gets a share, and no place stays empty while somebody waits."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from tidings.sending import Queue, share_out, shares

counts = st.lists(st.integers(0, 120), max_size=12)
places = st.integers(0, 120)
queues = st.dictionaries(
    st.tuples(st.integers(0, 1), st.integers(1, 5), st.sampled_from(["", "a", "cfg"])), st.integers(0, 100), max_size=12
).map(lambda found: [Queue(*place, waiting) for place, waiting in sorted(found.items())])


@given(counts, places, st.integers(0, 99))
def test_nobody_gets_more_than_he_waits_for_and_no_place_is_idle(waiting, slots, first):
    """All places are given, or nobody waits any more."""
    given_ = shares(waiting, slots, first=first)

    assert all(0 <= got <= wanted for got, wanted in zip(given_, waiting, strict=True))
    assert sum(given_) == min(slots, sum(waiting))


@given(counts, places, st.integers(0, 99))
def test_whoever_still_waits_has_as_much_as_anybody(waiting, slots, first):
    """Nobody has more than one place more than somebody who was not given all."""
    given_ = shares(waiting, slots, first=first)

    still = [got for got, wanted in zip(given_, waiting, strict=True) if got < wanted]
    assert not still or max(given_) - min(still) <= 1


@given(counts.filter(any), st.integers(1, 120))
def test_odd_places_go_round(waiting, slots):
    """Over as many turns as there are lines, everybody who waits is served."""
    turns = [shares(waiting, slots, first=first) for first in range(len(waiting))]

    assert all(any(turn[at] for turn in turns) for at, wanted in enumerate(waiting) if wanted)


@given(queues, places, st.integers(0, 99))
def test_batches_are_full_while_anything_waits(lines, slots, turn):
    """A batch takes what there is, each from where it waits, and never more than it has places."""
    taken = share_out(lines, slots, turn=turn)

    assert all(0 < count <= queue.waiting for queue, count in taken)
    assert sum(count for _, count in taken) == min(slots, sum(queue.waiting for queue in lines))


@given(queues, places, st.integers(0, 99))
def test_the_urgent_go_first_and_leave_a_tenth(lines, slots, turn):
    """What went to lists gets what the urgent leave, a tenth of the batch at least, and no more than it needs."""
    taken = share_out(lines, slots, turn=turn)

    bulk = sum(count for queue, count in taken if queue.priority)
    urgent, waiting = (sum(queue.waiting for queue in lines if queue.priority == kind) for kind in (0, 1))
    assert bulk == min(waiting, max(slots - urgent, slots // 10))


@given(queues, places, st.integers(0, 99))
def test_an_environment_gains_nothing_by_more_lanes(lines, slots, turn):
    """Within a priority, whoever is not served whole has as much as any other environment, whatever its lanes."""
    taken = dict(share_out(lines, slots, turn=turn))

    for _, those in groupby(lines, key=lambda queue: queue.priority):
        environments = [list(same) for _, same in groupby(those, key=lambda queue: queue.environment_id)]
        got = [sum(taken.get(queue, 0) for queue in same) for same in environments]
        still = [
            given_
            for given_, same in zip(got, environments, strict=True)
            if given_ < sum(queue.waiting for queue in same)
        ]
        assert not still or max(got) - min(still) <= 1
