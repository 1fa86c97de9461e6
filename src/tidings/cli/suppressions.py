"""`tidings suppressions`: addresses and users that get nothing more."""

from typing import Any, get_args

import click

from tidings.cli.options import limit
from tidings.cli.output import at, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.suppressions import Given, Suppression, address_of


@click.group("suppressions", help="Addresses and users that get nothing more.")
def suppressions_command() -> None:
    """Hold the commands."""


@suppressions_command.command("list", help="List the suppression list, by address.")
@limit(100)
@scoped
async def list_suppressions(scope: Scope, *, limit: int) -> None:
    """List suppressions."""
    store, environment_id = scope.installation.suppressions, scope.environment.id
    pages = walk(lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor), limit)
    shown = [_shown(item) async for item in pages]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("address", "kind", "detail", "created"), nothing="Nobody is on the suppression list.")


@suppressions_command.command("add", help="Send nothing more to ADDRESS: `email:…`, `phone:…` or `user:…`.")
@click.argument("address")
@click.option("--kind", type=click.Choice(get_args(Given)), default="manual", show_default=True, help="Why.")
@click.option("--detail", default="", help="More about why.")
@scoped
async def add(scope: Scope, *, address: str, kind: Given, detail: str) -> None:
    """Put an address on the list."""
    named = _address(address)
    wanted = Suppression(
        environment_id=scope.environment.id,
        address=named,
        kind=kind,
        detail=detail,
        created=scope.installation.clock.now_ms(),
    )
    await scope.installation.suppressions.add([wanted])
    _done(scope, _shown(await scope.installation.suppressions.get(scope.environment.id, named)))


@suppressions_command.command("remove", help="Take ADDRESS off the suppression list.")
@click.argument("address")
@scoped
async def remove(scope: Scope, *, address: str) -> None:
    """Take an address off the list."""
    named = _address(address)
    await scope.installation.suppressions.remove(scope.environment.id, named)
    _done(scope, {"address": named, "removed": True})


def _address(text: str) -> str:
    kind, _, value = text.partition(":")
    return address_of(kind, value)


def _done(scope: Scope, said: dict[str, Any]) -> None:
    if scope.as_json:
        lines([said])
    else:
        print(said["address"])


def _shown(item: Suppression) -> dict[str, Any]:
    return {"address": item.address, "kind": item.kind, "detail": item.detail, "created": at(item.created)}
