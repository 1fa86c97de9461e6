"""`tidings sources`: where Segment calls come from, and their write keys."""

import secrets
from typing import Any

import click

from tidings.cli.output import lines, table
from tidings.cli.scope import Scope, scoped
from tidings.workspaces import Source


@click.group("sources", help="Sources and their write keys, for Segment libraries.")
def sources_command() -> None:
    """Hold the commands."""


@sources_command.command("create", help="Make a source and its write key.")
@click.option("--name", required=True, help="What sends: an app, a site, a server.")
@scoped
async def create(scope: Scope, *, name: str) -> None:
    """Make a source."""
    installation = scope.installation
    write_key = secrets.token_hex(32)
    now = installation.clock.now_ms()
    source = await installation.sources.add(scope.environment.id, name, write_key, now=now)
    installation.wakeup.wake("config")
    if scope.as_json:
        lines([{**_shown(source), "write_key": write_key}])
    else:
        print(
            f"{write_key}\n\nIt is the write key of source {source.id}; tidings sources key {source.id} shows it again."
        )


@sources_command.command("list", help="List the environment's sources, oldest first.")
@scoped
async def list_sources(scope: Scope) -> None:
    """List sources."""
    shown = [_shown(source) for source in await scope.installation.sources.all(scope.environment.id)]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("id", "name", "enabled", "write_key_hint")
        table(shown, columns, nothing="No sources yet: make one with tidings sources create --name NAME.")


@sources_command.command("key", help="Show a source's write key.")
@click.argument("source_id", type=int)
@scoped
async def key(scope: Scope, *, source_id: int) -> None:
    """Show a write key."""
    write_key = await scope.installation.sources.write_key(scope.environment.id, source_id)
    if scope.as_json:
        lines([{"id": source_id, "write_key": write_key}])
    else:
        print(write_key)


def _shown(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "enabled": source.enabled,
        "write_key_hint": source.write_key_hint,
    }
