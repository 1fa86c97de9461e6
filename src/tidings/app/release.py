"""Letting a held installation send again."""

from collections.abc import Callable

import msgspec

from tidings.ports import Hold, MessageQueue
from tidings.sending import dropped

_BATCH = 500


class Overdue(msgspec.Struct, frozen=True):
    """What would go at once."""

    old: int
    """Enqueued before the hold began: perhaps the original of this copy has sent them."""
    new: int
    """Enqueued since."""


async def overdue(queue: MessageQueue, hold: Hold, *, now: int) -> Overdue:
    """Count what waits."""
    every = await queue.count_overdue(now=now, before=now + 1)
    old = await queue.count_overdue(now=now, before=hold.since)
    return Overdue(old, every - old)


async def drop_overdue(
    queue: MessageQueue, hold: Hold, *, because: str, now: int, progress: Callable[[int], None]
) -> int:
    """End what was enqueued before the hold and is due, some at a time; return how many. May be interrupted."""
    count = 0
    while keys := await queue.overdue(now=now, before=hold.since, limit=_BATCH):
        await queue.settle([dropped(*key, because=because, now=now) for key in keys])
        count += len(keys)
        progress(count)
    return count
