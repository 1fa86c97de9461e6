"""`tidings migrate`: bring the database to this version."""

import asyncio
from typing import Any

import click

from tidings.app.installation import migrate
from tidings.cli.options import place
from tidings.cli.output import lines
from tidings.config import load
from tidings.telemetry import configure_logging


@click.command("migrate", help="Bring the database to this version. `serve`, `api` and `worker` do it by themselves.")
@click.option("--revision", default="head", show_default=True, help="Where to go, forward or back.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@place
def migrate_command(*, revision: str, as_json: bool, **given: Any) -> None:
    """Migrate."""
    config = load(given)
    configure_logging(config.log_format, "warning")
    passed = asyncio.run(migrate(config, revision=revision))
    if as_json:
        lines([{"revisions": passed}])
    else:
        words = [name if name.endswith(" undone") else f"applied {name}" for name in passed]
        print("\n".join(words) or "nothing to do: the database is at this version")
