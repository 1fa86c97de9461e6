"""`tidings hold`: send nothing until somebody says so."""

from typing import Any

import click

from tidings.cli.output import at, facts, lines
from tidings.cli.scope import Scope, scoped


@click.command("hold", help="Send nothing until it is released. Calls are taken, profiles built, messages wait.")
@click.option("--because", default="held by hand", show_default=True, help="Why, for those who ask.")
@scoped
async def hold_command(scope: Scope, *, because: str) -> None:
    """Hold the installation; what is being sent at this moment is not taken back."""
    hold = await scope.installation.itself.keep(because, now=scope.installation.clock.now_ms())
    item: dict[str, Any] = {"held": True, "since": at(hold.since), "because": hold.because}
    if scope.as_json:
        lines([item])
    else:
        facts(item)
