"""`tidings keys`: API keys, for Courier clients."""

import click

from tidings.cli.output import at, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.workspaces import ApiKey, new_api_key


@click.group("keys", help="API keys, for Courier clients. A key opens one environment.")
def keys_command() -> None:
    """Hold the commands."""


@keys_command.command("create", help="Make a key. It is shown now and never again: only its hash is kept.")
@click.option("--name", default="", help="What it is for, to recognise it in the list.")
@scoped
async def create(scope: Scope, *, name: str) -> None:
    """Make a key."""
    environment = scope.environment
    key = new_api_key(environment.name)
    now = scope.installation.clock.now_ms()
    made = await scope.installation.api_keys.add(environment.id, key, name=name, now=now)
    scope.installation.wakeup.wake("config")
    if scope.as_json:
        lines([{**_shown(made), "key": key}])
    else:
        print(f"{key}\n\nKeep it safe: it cannot be shown again. Its id is {made.id}.")


@keys_command.command("list", help="List the keys of all environments, oldest first.")
@scoped
async def list_keys(scope: Scope) -> None:
    """List keys."""
    keys = await scope.installation.api_keys.all(scope.environment.workspace_id)
    shown = [_shown(key) for key in keys]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("id", "environment", "name", "hint", "created", "last used", "revoked")
        table(shown, columns, nothing="No keys yet: make one with tidings keys create.")


@keys_command.command("revoke", help="Let a key open nothing any more.")
@click.argument("key_id")
@scoped
async def revoke(scope: Scope, *, key_id: str) -> None:
    """Revoke a key by its id."""
    now = scope.installation.clock.now_ms()
    await scope.installation.api_keys.revoke(scope.environment.workspace_id, key_id, now=now)
    scope.installation.wakeup.wake("config")
    if scope.as_json:
        lines([{"id": key_id, "revoked": at(now)}])
    else:
        print(f"{key_id} is revoked.")


def _shown(key: ApiKey) -> dict[str, str | None]:
    return {
        "id": key.id,
        "environment": key.environment,
        "name": key.name,
        "hint": key.hint,
        "created": at(key.created_at),
        "last used": at(key.last_used_at),
        "revoked": at(key.revoked_at),
    }
