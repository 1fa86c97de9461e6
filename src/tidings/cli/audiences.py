"""`tidings audiences`: users whose profiles meet a filter."""

from typing import Any

import click
import msgspec

from tidings.audiences import Audience, Filter, shown_filter
from tidings.cli.options import limit
from tidings.cli.output import at, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped


@click.group("audiences", help="Users whose profiles meet a filter.")
def audiences_command() -> None:
    """Hold the commands."""


@audiences_command.command("list", help="List audiences, by id.")
@limit(100)
@scoped
async def list_audiences(scope: Scope, *, limit: int) -> None:
    """List audiences."""
    store, environment_id = scope.installation.audiences, scope.environment.id
    pages = walk(lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor), limit)
    shown = [_shown(item) async for item in pages]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("id", "name", "version", "state", "filter")
        table(shown, columns, nothing="No audiences: PUT /audiences/ID with a filter makes one.")


@audiences_command.command("show", help="Show an audience: its filter, and how far its members are looked for.")
@click.argument("audience_id")
@scoped
async def show(scope: Scope, *, audience_id: str) -> None:
    """Show one."""
    item = await scope.installation.audiences.get(scope.environment.id, audience_id)
    said = {**_shown(item), "description": item.description, "created": at(item.created), "updated": at(item.updated)}
    if scope.as_json:
        lines([{**said, "filter": None if item.filter is None else shown_filter(item.filter)}])
        return
    for name, value in said.items():
        print(f"{name:<12} {value}")


@audiences_command.command("members", help="List who is in an audience, by user id, and why.")
@click.argument("audience_id")
@limit(100)
@scoped
async def members(scope: Scope, *, audience_id: str, limit: int) -> None:
    """List members."""
    store, environment_id = scope.installation.audiences, scope.environment.id
    pages = walk(lambda size, cursor: store.members(environment_id, audience_id, limit=size, cursor=cursor), limit)
    shown = [
        {"user": each.user_id, "since": at(each.added_at), "version": each.version, "reason": each.reason}
        async for each in pages
    ]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("user", "since", "version", "reason")
        table(shown, columns, nothing="Nobody is in it: tidings audiences show AUDIENCE tells whom it wants.")


def _shown(item: Audience) -> dict[str, Any]:
    state = f"calculating, {item.looked} profiles so far" if item.is_calculating else "calculated"
    return {
        "id": item.id,
        "name": item.name,
        "version": item.version,
        "state": state,
        "filter": "none" if item.filter is None else _words(item.filter),
    }


def _words(filter_: Filter) -> str:
    """Write a filter as one would say it: `title EQ Engineer AND (age GT 40 OR vip EXISTS true)`."""
    parts = [
        f"({_words(each)})" if each.is_group else f"{each.path} {each.operator} {_value(each.value)}"
        for each in filter_.filters
    ]
    return f" {filter_.operator} ".join(parts)


def _value(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
