"""Who gets how many of the messages that a worker takes at once. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

BULK = 1
"""The priority of what was sent to a list: it waits for everything else, and gets a tenth of each batch."""


class Queue(NamedTuple):
    """Messages that wait in one line, and how many of them are due: no more are counted than a batch has places."""

    priority: int
    environment_id: int
    lane: str
    waiting: int


def shares(waiting: Sequence[int], places: int, *, first: int = 0) -> list[int]:
    """Give everybody as many places as everybody else, or all that they wait for.

    What some leave goes to the others. Places that are too few for one each go to those from `first` on, in turn.
    """
    given = [0] * len(waiting)
    wanting = [number for number, count in enumerate(waiting) if count > 0]
    while wanting and (each := places // len(wanting)):
        for number in wanting:
            more = min(each, waiting[number] - given[number])
            given[number] += more
            places -= more
        wanting = [number for number in wanting if given[number] < waiting[number]]
    for number in sorted(wanting, key=lambda number: (number - first) % len(waiting))[:places]:
        given[number] += 1
    return given


def share_out(queues: Sequence[Queue], places: int, *, turn: int = 0) -> list[tuple[Queue, int]]:
    """Say how many messages to take of which queue; of none there are none.

    Between priorities the urgent go first, and what went to lists gets what they leave, a tenth at least. Within a
    priority environments share alike, and within an environment its lanes. `queues` are in order; with each `turn`
    somebody else is the first to get an odd place.
    """
    if len(queues) == 1:  # as mostly; there is nothing to share
        (queue,) = queues
        return [(queue, count)] if (count := min(queue.waiting, places)) else []
    urgent = [queue for queue in queues if queue.priority < BULK]
    bulk = [queue for queue in queues if queue.priority >= BULK]
    waiting = _waiting(urgent)
    for_bulk = min(_waiting(bulk), max(places - waiting, places // 10))
    each = (*_within(urgent, places - for_bulk, turn), *_within(bulk, for_bulk, turn))
    return [(queue, count) for queue, count in each if count]


def _within(queues: Sequence[Queue], places: int, turn: int) -> Iterator[tuple[Queue, int]]:
    lanes = [list(those) for _, those in groupby(queues, key=lambda queue: queue.environment_id)]
    for those, places_of in zip(lanes, shares([_waiting(those) for those in lanes], places, first=turn), strict=True):
        yield from zip(those, shares([queue.waiting for queue in those], places_of, first=turn), strict=True)


def _waiting(queues: Sequence[Queue]) -> int:
    return sum(queue.waiting for queue in queues)
