"""What settlements change, given where their messages stand. No I/O: the same on a thread and between statements."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import Sought, Work
from tidings.backends.sql.closing import CLOSE, closing_parameters
from tidings.backends.sql.counts import (
    COUNT,
    NOTE,
    Stand,
    activity_parameters,
    count_parameters,
    moved_of,
    settled_activity,
)
from tidings.backends.sql.owners import Id
from tidings.backends.sql.queue_statements import Key, settle_parameters
from tidings.backends.sql.rows import Row, attempt_of, entry_row, outcome_bytes
from tidings.backends.sql.settled import Outcomes, Queued, attempt_is_open, not_taken_back, what_stands
from tidings.backends.sql.status_news import TELL, news_parameters
from tidings.effects import Gathered, Settlement
from tidings.messages import Attempt, Outcome, Status

_NOBODY: Key = (0, "", "")
_TOLD_BY_RECEIPTS = frozenset({Status.DELIVERED, Status.OPENED, Status.CLICKED})


class Settled(NamedTuple):
    """What is to be written."""

    work: Work
    gathered: list[Gathered]
    """What goes into digests, before all else."""


def questions(settlements: Sequence[Settlement]) -> list[Sought]:
    """Ask where the messages stand, and what was tried. Whoever decided not to try keeps others from beginning to."""
    queue = [sql.WAITING] if any(each.tried is not None for each in settlements) else []
    return [sql.STATES, *queue, sql.ATTEMPTS]


def settled_by(keys: Mapping[Id, Key], settlements: Sequence[Settlement], answers: Sequence[Sequence[Row]]) -> Settled:
    """Say what to write, from what was answered to `questions`."""
    states, *_, made = answers
    before = {(row[0], row[2]): Queued(Status(row[3]), bool(row[4]), row[5] or "", row[6]) for row in states}
    queued = dict(before)
    tried = by_message(made)
    if any(each.status is Status.CANCELED for each in settlements):
        settlements = [not_taken_back(each, tried.get(keys.get(_id(each), _NOBODY), ())) for each in settlements]
    kept, entries = what_stands(queued, _outcomes(tried), settlements)
    moved = moved_of((_stand(at, before[at]), _stand(at, queued[at])) for at in before)
    place = {keys[_id(settlement)]: (settlement.due_at, settlement.lane) for settlement in kept}
    rows = [entry_row(entry, keys[entry.environment_id, entry.message_id][1]) for entry in entries]
    answered = _answered(keys, tried, settlements)
    work: Work = [
        (sql.CLOSE, [_closed(key, made.number, said, at) for key, made, said, at in answered]),
        (sql.SETTLE, _moved(keys, kept)),
        (sql.FINISH, [key for key, (at, _) in place.items() if at is None]),
        (sql.AGAIN, [(*key, at, lane) for key, (at, lane) in place.items() if at is not None]),
        (sql.LOG, rows),
        (COUNT, count_parameters(moved)),
        (NOTE, activity_parameters(settled_activity(kept, [each[1:] for each in answered]))),
        (TELL, _news(keys, before, kept) if any(row[7] for row in states) else []),
    ]
    if closed := [each.closes for each in settlements if each.closes is not None]:
        work = [*work, (CLOSE, closing_parameters(closed))]
    return Settled(work, [each.gathered for each in kept if each.gathered is not None])


def _news(keys: Mapping[Id, Key], before: Mapping[Id, Queued], kept: Sequence[Settlement]) -> list[dict[str, Any]]:
    """Name the statuses that messages came to now, and had not before; what receipts brought was told with them."""
    new = (each for each in kept if each.status not in {before[_id(each)].status, *_TOLD_BY_RECEIPTS})
    return news_parameters((keys[_id(each)], each.status, each.at) for each in new)


def _outcomes(tried: dict[Key, list[Attempt]]) -> Outcomes:
    return {((key[0], key[2]), attempt.number): attempt.outcome for key, made in tried.items() for attempt in made}


def _stand(at: Id, queued: Queued) -> Stand:
    return at[0], queued.enqueued, queued.status, queued.reason, queued.outcome_unknown


def _answered(
    keys: Mapping[Id, Key], tried: dict[Key, list[Attempt]], settlements: Sequence[Settlement]
) -> list[tuple[Key, Attempt, Outcome, int]]:
    """Pick the attempts to close, each once, with the answer that counts and when it came."""
    made = {((key[0], key[2]), each.number): each for key, attempts in tried.items() for each in attempts}
    outcomes = _outcomes(tried)
    answered: dict[tuple[Id, int], tuple[Key, Attempt, Outcome, int]] = {}
    for settlement in settlements:
        if (key := keys.get(_id(settlement))) is None or settlement.outcome is None:
            continue
        place = (_id(settlement), settlement.attempt or 0)
        if place in outcomes and attempt_is_open(outcomes[place], settlement.outcome):
            outcomes[place] = settlement.outcome
            answered[place] = (key, made[place], settlement.outcome, settlement.at)
    return list(answered.values())


def _closed(key: Key, number: int, outcome: Outcome, at: int) -> tuple[Any, ...]:
    return (*key, number, at, outcome_bytes(outcome))


def _moved(keys: Mapping[Id, Key], kept: Sequence[Settlement]) -> list[tuple[Any, ...]]:
    """Say where each message stands at last: the later of two settlements holds, as far as it says anything."""
    moved: dict[Key, tuple[Any, ...]] = {}
    for settlement in kept:
        key = keys[_id(settlement)]
        row, before = settle_parameters(key, settlement), moved.get(key)
        moved[key] = row if before is None else sql.over(row, before)
    return list(moved.values())


def by_message(rows: Sequence[Row]) -> dict[Key, list[Attempt]]:
    """Gather attempts by the whole key of their message."""
    found: dict[Key, list[Attempt]] = {}
    for row in rows:
        found.setdefault((row[0], row[1], row[2]), []).append(attempt_of(row))
    return found


def _id(item: Settlement) -> Id:
    return item.environment_id, item.message_id
