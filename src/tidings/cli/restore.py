"""`tidings restore`: make an installation from a backup."""

import asyncio
from pathlib import Path
from typing import Any

import click

from tidings.app.backup import restore
from tidings.cli.options import place
from tidings.cli.output import lines
from tidings.cli.progress import progress
from tidings.clock import SystemClock
from tidings.config import load
from tidings.telemetry import configure_logging


@click.command(
    "restore", help="Make an installation from the backup in PATH. It is held: tidings release lets messages go."
)
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@place
def restore_command(*, path: Path, as_json: bool, **given: Any) -> None:
    """Restore."""
    config = load(given)
    configure_logging(config.log_format, "warning")
    with progress("restoring") as tell:
        manifest = asyncio.run(restore(config, path, clock=SystemClock(), progress=tell))
    if as_json:
        lines([{"data": str(config.data), "taken_at": manifest.taken_at, "held": True}])
    else:
        print(f"Restored to {config.data} as of {manifest.taken_at}.")
        print("It is held: start it, look at it, then tidings release (--drop-overdue if the original went on).")
