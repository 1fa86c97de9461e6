"""Options that many commands share, and the settings they make."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = "--data"
_PLACE = (
    click.option("--database-url", help="Where state lives [TIDINGS_DATABASE_URL, SQLite in the data folder]."),
    click.option("--stream-url", help="Where the stream lives [TIDINGS_STREAM_URL, beside the state]."),
    click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback when something fails."),
)
_LISTEN = (
    click.option("--host", help="Address to listen on [TIDINGS_HOST, 127.0.0.1]."),
    click.option("--port", type=int, help="Port to listen on, 0 for a free one [TIDINGS_PORT, 8000]."),
)


def place(function: F, *, folder: str = FOLDER) -> F:
    """Add the options that say which installation is meant; `folder` names the one for its data."""
    shown = "Folder of the data [TIDINGS_DATA, ./tidings-data]."
    data = click.option(folder, "data", type=click.Path(path_type=Path), help=shown)
    return data(_all(_PLACE, function))


def listen(function: F) -> F:
    """Add the options that say where to listen."""
    return _all(_LISTEN, function)


def limit(default: int) -> Callable[[F], F]:
    """Add `--limit`."""
    return click.option(
        "--limit", type=click.IntRange(1, 10_000), default=default, show_default=True, help="How many at most."
    )


def _all(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function
