"""`tidings move`: copy an embedded installation into PostgreSQL."""

import asyncio
from pathlib import Path

import click

from tidings.app.moving import move
from tidings.cli.output import lines
from tidings.cli.progress import progress
from tidings.clock import SystemClock
from tidings.config import load
from tidings.telemetry import configure_logging


@click.command("move", help="Copy an embedded installation into PostgreSQL. Stop it first; both are held afterwards.")
@click.option("--from", "source", type=click.Path(path_type=Path), required=True, help="Its data folder.")
@click.option("--to", "target", required=True, help="postgresql://… of an empty database.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback when something fails.")
def move_command(*, source: Path, target: str, as_json: bool) -> None:
    """Move."""
    config = load({"data": source, "database_url": target})
    configure_logging(config.log_format, "warning")
    with progress("moving") as tell:
        moved = asyncio.run(move(source.resolve(), config, clock=SystemClock(), progress=tell))
    if as_json:
        lines([{"rows": moved.rows, "carried_before": moved.carried_before, "held": True}])
    else:
        rows, tables = sum(moved.rows.values()), sum(1 for count in moved.rows.values() if count)
        print(f"{rows} rows of {tables} tables moved, read back, and found to be the same.")
        print(
            f"Start it with TIDINGS_DATABASE_URL and the keys of {source} (--data {source}, or copy its *-key files)."
        )
        print("It is held: look at it, then tidings release. The old one is held too; do not release both.")
