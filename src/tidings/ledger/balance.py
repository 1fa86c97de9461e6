"""From counts to accounts: sides that were counted by different hands must agree. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from tidings.clock import iso
from tidings.ledger.account import Account, CallSide, MessageSide
from tidings.ledger.tally import ACCEPTED, DUPLICATE, ERASED, HOUR_MS, MADE, PENDING, REQUESTED, UNKNOWN, Tally

Cell = tuple[int, str, str]
"""Hour, word, reason."""

_APPLIED = ("APPLIED", "MAPPED", REQUESTED, "UNMAPPED")
_SENT = frozenset({"SENT", "DELIVERED", "OPENED", "CLICKED"})
_UNSETTLED = frozenset({"ENQUEUED", "DELAYED", "ROUTED"})
_WITHOUT_EVENT = frozenset({DUPLICATE, ERASED, REQUESTED})
_DIFFERENCES_MAX = 20


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was counted, in one snapshot."""

    calls: Sequence[Tally]
    """As the inbound step counted: what it read (`ACCEPTED`), and apart from that what it decided."""
    waiting: Sequence[Tally]
    """In the stream, not applied."""
    messages: Sequence[Tally]
    """As the two steps counted: `MADE` by the one, what they were settled as by the other."""
    unsettled: Sequence[Tally]
    """Rows of messages that have not ended."""
    logged: Sequence[Tally] | None = None
    """Rows of the log of calls; None when they were not counted."""
    logged_from: int = 0
    """The hour from which on they are complete: before it, the counts stand alone."""
    kept: Sequence[Tally] | None = None
    """Rows of messages, all of them; None when they were not counted."""
    kept_from: int = 0
    """The hour from which on those that have ended are complete: before it, the counts stand alone."""
    is_complete: bool = True


def balance(books: Books, environment_ids: Iterable[int]) -> list[Account]:
    """Draw up the account of each environment."""
    return [_account(books, environment_id) for environment_id in environment_ids]


def total(accounts: Sequence[Account]) -> Account:
    """Add accounts up."""
    return Account(
        environment_id=None,
        calls=CallSide(
            accepted=sum(account.calls.accepted for account in accounts),
            applied=_added(account.calls.applied for account in accounts),
            dropped=_added(account.calls.dropped for account in accounts),
            pending=sum(account.calls.pending for account in accounts),
        ),
        messages=MessageSide(
            made=sum(account.messages.made for account in accounts),
            sent=sum(account.messages.sent for account in accounts),
            undeliverable=_added(account.messages.undeliverable for account in accounts),
            unknown=sum(account.messages.unknown for account in accounts),
            ended=_added(account.messages.ended for account in accounts),
            pending=sum(account.messages.pending for account in accounts),
        ),
        differences=tuple(difference for account in accounts for difference in account.differences),
        is_complete=all(account.is_complete for account in accounts),
    )


def _account(books: Books, environment_id: int) -> Account:
    counted = _cells(books.calls, environment_id)
    moved = _cells(books.messages, environment_id)
    waiting = sum(_cells(books.waiting, environment_id).values())
    fates = _only(counted, lambda cell: cell[1] != ACCEPTED)
    ends = Counter({cell: count for cell, count in moved.items() if cell[1] != MADE and count})
    differences: list[str] = []
    if books.logged is not None:
        events = _only(fates, lambda cell: cell[1] not in _WITHOUT_EVENT)
        logged = _spliced(events, books.logged_from, _cells(books.logged, environment_id))
        differences += _compared("calls", events, logged)
        fates = _only(fates, lambda cell: cell[1] in _WITHOUT_EVENT) + logged
    differences += _sums("calls accepted", _by_hour(counted, {ACCEPTED}), _by_hour(fates), "accounted for")
    if books.kept is None:
        messages = ends + _cells(books.unsettled, environment_id)
    else:
        rows = _cells(books.kept, environment_id)
        ended = _only(rows, lambda cell: cell[1] not in _UNSETTLED) + _only(ends, lambda cell: cell[1] == ERASED)
        final = _spliced(ends, books.kept_from, ended)
        messages = final + _only(rows, lambda cell: cell[1] in _UNSETTLED)
        differences += _sums("messages settled", _by_hour(ends), _by_hour(final), "with a final status")
    if books.is_complete or books.kept is not None:
        differences += _sums("messages made", _by_hour(moved, {MADE}), _by_hour(messages), "accounted for")
    return Account(
        environment_id=environment_id,
        calls=_call_side(counted, fates, waiting),
        messages=_message_side(moved, messages),
        differences=tuple(differences[:_DIFFERENCES_MAX]),
        is_complete=books.is_complete,
    )


def _call_side(counted: Counter[Cell], fates: Counter[Cell], waiting: int) -> CallSide:
    accepted = sum(count for (_, word, _), count in counted.items() if word == ACCEPTED)
    named = _named(fates)
    return CallSide(
        accepted=accepted + waiting,
        applied={word: count for word, count in _by_word(fates).items() if word in _APPLIED},
        dropped={name: count for name, count in named.items() if name.partition(" ")[0] not in _APPLIED},
        pending=waiting,
    )


def _message_side(moved: Counter[Cell], messages: Counter[Cell]) -> MessageSide:
    words = _by_word(messages)
    undeliverable = Counter({cell: count for cell, count in messages.items() if cell[1] == "UNDELIVERABLE"})
    others = Counter(
        {
            cell: count
            for cell, count in messages.items()
            if cell[1] not in _SENT | _UNSETTLED | {"UNDELIVERABLE", UNKNOWN}
        }
    )
    return MessageSide(
        made=sum(count for (_, word, _), count in moved.items() if word == MADE),
        sent=sum(count for word, count in words.items() if word in _SENT),
        undeliverable={name.partition(" ")[2] or "": count for name, count in _named(undeliverable).items()},
        unknown=words.get(UNKNOWN, 0),
        ended=_named(others),
        pending=sum(count for word, count in words.items() if word in _UNSETTLED | {PENDING}),
    )


def _cells(tallies: Iterable[Tally], environment_id: int) -> Counter[Cell]:
    cells: Counter[Cell] = Counter()
    for tally in tallies:
        if tally.environment_id == environment_id:
            cells[tally.hour, tally.word, tally.reason] += tally.count
    return cells


def _only(cells: Counter[Cell], fits: Callable[[Cell], bool]) -> Counter[Cell]:
    return Counter({cell: count for cell, count in cells.items() if fits(cell)})


def _spliced(counts: Counter[Cell], complete_from: int, rows: Counter[Cell]) -> Counter[Cell]:
    """Take rows where they are complete, and before that hour the counts, which is all that is left."""
    old, new = _only(counts, lambda cell: cell[0] < complete_from), _only(rows, lambda cell: cell[0] >= complete_from)
    return old + new


def _by_hour(cells: Counter[Cell], words: set[str] | None = None) -> Counter[int]:
    hours: Counter[int] = Counter()
    for (hour, word, _), count in cells.items():
        if words is None or word in words:
            hours[hour] += count
    return hours


def _by_word(cells: Counter[Cell]) -> dict[str, int]:
    words: Counter[str] = Counter()
    for (_, word, _), count in cells.items():
        words[word] += count
    return dict(sorted(words.items()))


def _named(cells: Counter[Cell]) -> dict[str, int]:
    names: Counter[str] = Counter()
    for (_, word, reason), count in cells.items():
        names[f"{word} {reason}".strip()] += count
    return {name: count for name, count in sorted(names.items()) if count}


def _compared(what: str, counted: dict[Cell, int], found: Counter[Cell]) -> list[str]:
    """Compare cell by cell what was counted with the rows that are there."""
    return [
        f"{_time(cell[0])}: {counted.get(cell, 0)} {what} counted as {' '.join(cell[1:]).strip()}, "
        f"{found.get(cell, 0)} in the log"
        for cell in sorted(counted.keys() | found.keys())
        if counted.get(cell, 0) != found.get(cell, 0)
    ]


def _sums(what: str, expected: Counter[int], found: Counter[int], where: str) -> list[str]:
    return [
        f"{_time(hour)}: {expected[hour]} {what}, {found[hour]} {where}"
        for hour in sorted(expected.keys() | found.keys())
        if expected[hour] != found[hour]
    ]


def _time(hour: int) -> str:
    return iso(hour * HOUR_MS)


def _added(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    added: Counter[str] = Counter()
    for part in parts:
        added.update(part)
    return dict(sorted(added.items()))
