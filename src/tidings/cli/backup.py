"""`tidings backup`: copy the installation."""

from pathlib import Path
from typing import Any

import click

from tidings.app.backup import backup
from tidings.cli.options import place
from tidings.cli.output import lines
from tidings.cli.progress import progress
from tidings.clock import SystemClock
from tidings.config import load
from tidings.telemetry import configure_logging


@click.command(
    "backup", help="Copy the installation to PATH, while it runs or not: a folder, or a file when it ends in .tar.gz."
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@place
def backup_command(*, path: Path, as_json: bool, **given: Any) -> None:
    """Back up."""
    config = load(given)
    configure_logging(config.log_format, "warning")
    with progress("copying") as tell:
        manifest = backup(config, path, clock=SystemClock(), progress=tell)
    size = sum(file.bytes for file in manifest.files.values())
    if as_json:
        lines([{"path": str(path), "taken_at": manifest.taken_at, "bytes": size, "rows": manifest.rows}])
    else:
        rows = sum(count for tables in manifest.rows.values() for count in tables.values())
        print(f"{path}: {rows} rows, {size >> 10} KiB before packing, as of {manifest.taken_at}. It holds secrets.")
