"""`--from` and `--to`: a period, as several commands take it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tidings.errors import InvalidInput
from tidings.ingest.moment import parse_moment

F = TypeVar("F", bound=Callable[..., Any])


def period(function: F) -> F:
    """Add `--from` and `--to`."""
    start = click.option("--from", "start", required=True, help="From when, as 2026-01-31T14:00Z or 2026-01-31.")
    end = click.option("--to", "end", help="Up to when; that moment is no part of it [now].")
    return start(end(function))


def moment(text: str, name: str) -> int:
    """Read a time, in milliseconds. Raises `InvalidInput` that names the option."""
    at = parse_moment(text)
    if at is None:
        raise InvalidInput(f"is no time: {text!r}; write it as 2026-01-31T14:00Z", path=name)
    return at


def moments(start: str, end: str | None, *, now: int) -> tuple[int, int]:
    """Read both ends. Raises `InvalidInput` when they are no times, or the wrong way round."""
    first, last = moment(start, "--from"), now if end is None else moment(end, "--to")
    if first >= last:
        raise InvalidInput("is not before --to", path="--from")
    return first, last
