"""What commands print: tables for people, JSON lines for programs.

Whatever came from outside is stripped of control characters, which a terminal would obey.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings.clock import iso

_CELL_CHARACTERS_MAX = 200
_WIDE = 2000
_WHOLE = {"id", "message", "status"}  # columns that people copy from
_COLOURS = {
    "SENT": "green",
    "DELIVERED": "green",
    "OPENED": "green",
    "CLICKED": "green",
    "MAPPED": "green",
    "APPLIED": "green",
    "UNMAPPED": "yellow",
    "FILTERED": "yellow",
    "SIMULATED": "cyan",
    "UNROUTABLE": "red",
    "UNDELIVERABLE": "red",
    "DISCARDED": "red",
}


def lines(items: Iterable[Mapping[str, Any]]) -> None:
    """Print JSON, one item a line, at once: someone may be following."""
    for item in items:
        sys.stdout.write(msgspec.json.encode(item).decode() + "\n")
    sys.stdout.flush()


def table(items: Sequence[Mapping[str, Any]], columns: Sequence[str], *, nothing: str) -> None:
    """Print these columns of the items; `nothing` says what to do when there are none."""
    if not items:
        print(nothing)
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        drawn.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in _WHOLE)
    for item in items:
        drawn.add_row(*(_cell(item.get(column)) for column in columns))
    _console().print(drawn)


def facts(item: Mapping[str, Any]) -> None:
    """Print one thing, a fact a line; what is empty is left out."""
    drawn = Table.grid(padding=(0, 2))
    for name, value in item.items():
        if value not in (None, "", [], {}):
            drawn.add_row(Text(name.replace("_", " "), style="bold"), _cell(value, characters_max=None))
    _console().print(drawn)


def at(milliseconds: int | None) -> str | None:
    """Write a time."""
    return None if milliseconds is None else iso(milliseconds)


def plain(text: str) -> str:
    """Strip what a terminal would obey; line ends stay."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _console() -> Console:
    """A terminal folds long cells; a file, or a program that reads on, gets each row on one line."""
    return Console(width=None if sys.stdout.isatty() else _WIDE)


def _cell(value: Any, *, characters_max: int | None = _CELL_CHARACTERS_MAX) -> Text:
    if value is None:
        return Text("")
    text = plain(value if isinstance(value, str) else msgspec.json.encode(value).decode())
    if characters_max is not None and len(text) > characters_max:
        text = text[: characters_max - 1] + "…"
    return Text(text, style=_COLOURS.get(text, ""))
