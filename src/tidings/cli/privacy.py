"""`tidings privacy`: users who ask not to be known, or to be forgotten."""

from collections.abc import Mapping
from typing import Any

import click

from tidings import ids
from tidings.app.privacy import regulating_of
from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.regulations import Regulation, RegulationType, asked, told_status

_DELETIONS: Mapping[tuple[bool, bool], RegulationType] = {
    (False, False): "SUPPRESS_WITH_DELETE_INTERNAL",
    (False, True): "SUPPRESS_WITH_DELETE",
    (True, False): "DELETE_INTERNAL",
    (True, True): "DELETE_ONLY",
}
"""By `--only` and `--everywhere`."""
_COLUMNS = ("id", "type", "users", "status", "created", "finished", "erased", "error")


@click.group("privacy", help="Users who ask not to be known, or to be forgotten.")
def privacy_command() -> None:
    """Hold the commands."""


@privacy_command.command("suppress", help="Refuse calls of users from now on, and send them nothing.")
@click.argument("user_ids", nargs=-1, required=True, metavar="USER_ID...")
@scoped
async def suppress(scope: Scope, *, user_ids: tuple[str, ...]) -> None:
    """Suppress users."""
    await _ask(scope, "SUPPRESS_ONLY", user_ids)


@privacy_command.command("unsuppress", help="Take calls of users again, and let messages go to them.")
@click.argument("user_ids", nargs=-1, required=True, metavar="USER_ID...")
@scoped
async def unsuppress(scope: Scope, *, user_ids: tuple[str, ...]) -> None:
    """Lift a suppression."""
    await _ask(scope, "UNSUPPRESS", user_ids)


@privacy_command.command("delete", help="Delete all that is known of users; refuse their calls from now on.")
@click.argument("user_ids", nargs=-1, required=True, metavar="USER_ID...")
@click.option("--only", is_flag=True, help="Take their later calls: they may come again.")
@click.option("--everywhere", is_flag=True, help="Ask outside destinations to delete them as well.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@scoped
async def delete(scope: Scope, *, user_ids: tuple[str, ...], only: bool, everywhere: bool, yes: bool) -> None:
    """Delete users."""
    if not yes:
        click.confirm(f"Delete all that is known of {len(user_ids)} user(s)? Nobody can undo it", abort=True)
    await _ask(scope, _DELETIONS[only, everywhere], user_ids)


@privacy_command.command("list", help="List what was asked for, newest first.")
@limit(20)
@scoped
async def list_regulations(scope: Scope, *, limit: int) -> None:
    """List regulations."""
    store, environment_id = scope.installation.regulations, scope.environment.id
    pages = walk(lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor), limit)
    shown = [_line(each) async for each in pages]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, _COLUMNS, nothing="Nobody has asked for anything.")


@privacy_command.command("show", help="Show what was asked for and the receipt: what was erased, by table.")
@click.argument("regulation_id")
@scoped
async def show(scope: Scope, *, regulation_id: str) -> None:
    """Show a receipt."""
    await _print(scope, await scope.installation.regulations.get(scope.environment.id, regulation_id))


@privacy_command.command("run", help="Delete now what is due; otherwise a worker does it within seconds.")
@scoped
async def run(scope: Scope) -> None:
    """Make a pass for all that is due."""
    passes = await regulating_of(scope.installation, "cli").run_once()
    await scope.installation.follower_offsets.release("cli")
    if scope.as_json:
        lines([{"passes": passes}])
    else:
        print(f"{passes} looked through. Each is looked through again until nothing is left.")


async def _ask(scope: Scope, kind: RegulationType, user_ids: tuple[str, ...]) -> None:
    now = scope.installation.clock.now_ms()
    wanted = asked(
        kind,
        user_ids,
        environment_id=scope.environment.id,
        regulation_id=ids.prefixed_id("reg", now),
        asked_by="cli",
        now=now,
    )
    await _print(scope, await scope.installation.regulations.add(wanted))


async def _print(scope: Scope, regulation: Regulation) -> None:
    there = {each.id for each in await scope.installation.destinations.all(scope.environment.id)}
    outside = {
        told.name: f"{told_status(told, is_there=key in there)} {told.error}".strip()
        for key, told in (regulation.outside or {}).items()
    }
    shown = {**_line(regulation), "asked_by": regulation.asked_by, "erased": dict(regulation.erased)}
    shown |= {"users": list(regulation.user_ids), "outside": outside}
    if scope.as_json:
        lines([shown])
    else:
        facts(shown)


def _line(regulation: Regulation) -> dict[str, Any]:
    return {
        "id": regulation.id,
        "type": regulation.type,
        "users": len(regulation.user_ids),
        "status": regulation.status,
        "created": at(regulation.created),
        "finished": at(regulation.finished),
        "erased": sum(regulation.erased.values()),
        "error": regulation.error,
    }
