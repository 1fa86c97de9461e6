"""How workers divide the partitions among themselves."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import Unavailable
from tidings.pipeline.share import Share, share

WORKERS = st.lists(st.text("0123456789abcdef", min_size=8, max_size=8), min_size=1, max_size=12, unique=True)
PARTITIONS = st.integers(1, 64)


@given(partitions=PARTITIONS, workers=WORKERS)
def test_each_partition_has_one_worker(partitions, workers):
    """All workers together have every partition, and none twice, in whatever order they see each other."""
    shares = [share(partitions, me=me, workers=workers[::turn]) for me in workers for turn in (1, -1)]
    assert shares[::2] == shares[1::2]
    assert sorted(partition for mine in shares[::2] for partition in mine) == list(range(partitions))


@given(partitions=PARTITIONS, workers=WORKERS)
def test_nobody_has_more_than_its_part(partitions, workers):
    """No worker has more than the partitions divided by the workers, rounded up."""
    for me in workers:
        assert len(share(partitions, me=me, workers=workers)) <= -(-partitions // len(workers))


@given(partitions=PARTITIONS, workers=WORKERS)
def test_one_whom_the_others_do_not_see_yet_takes_part(partitions, workers):
    """A worker that the roster does not show yet counts itself in."""
    me, *others = workers
    assert share(partitions, me=me, workers=others) == share(partitions, me=me, workers=workers)


def test_alone_one_has_everything():
    """A single worker has every partition."""
    assert share(5, me="a", workers=["a"]) == [0, 1, 2, 3, 4]


class HeldRoster:
    """A roster that says what a test says."""

    me = "a"

    def __init__(self):
        self.workers: list[str] | None = ["a"]

    async def living(self):
        """Tell, or be away."""
        if self.workers is None:
            raise Unavailable("away")
        return self.workers

    async def close(self):
        """Do nothing."""


async def shares_of(roster, seconds, monkeypatch):
    """Ask for the share at these moments."""
    loop = asyncio.get_running_loop()
    held = Share(partitions=8, roster=roster)
    start = loop.time()
    for second in seconds:
        with monkeypatch.context() as patch:
            patch.setattr(loop, "time", lambda second=second: start + second)
            yield list(await held.mine())


async def test_now_and_then_every_partition_is_looked_into(monkeypatch):
    """A worker takes up all partitions at first and twice a minute, and its share in between."""
    roster = HeldRoster()
    roster.workers = ["a", "b"]
    counts = [len(mine) async for mine in shares_of(roster, (0, 3, 6, 29, 31, 34), monkeypatch)]
    assert counts == [8, 4, 4, 4, 8, 4]


async def test_a_share_outlives_its_roster(monkeypatch):
    """While the roster cannot be read, the share stays as it was; afterwards it follows again."""
    roster = HeldRoster()
    states = iter([["a"], ["a", "b"], None, ["a"], ["a"]])
    counts = []
    roster.workers = next(states)
    async for mine in shares_of(roster, (0, 3, 6, 9, 12), monkeypatch):
        counts.append(len(mine))
        roster.workers = next(states, None)
    assert counts == [8, 4, 4, 8, 8]
