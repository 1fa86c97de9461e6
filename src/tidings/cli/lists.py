"""`tidings lists`: named groups of users."""

from typing import Any

import click

from tidings.cli.options import limit
from tidings.cli.output import at, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.ingest.send import check_user_id
from tidings.lists import Pattern, SubscriberList, Subscription, check_list_id


@click.group("lists", help="Lists of users, to send to as one.")
def lists_command() -> None:
    """Hold the commands."""


@lists_command.command("list", help="List lists, by id.")
@click.option("--pattern", help="Only those that it names, such as `news.*` or `news.**`.")
@limit(100)
@scoped
async def list_lists(scope: Scope, *, pattern: str | None, limit: int) -> None:
    """List lists."""
    store, environment_id = scope.installation.lists, scope.environment.id
    wanted = None if pattern is None else Pattern.parse(pattern, path="--pattern")
    pages = walk(lambda size, cursor: store.page(environment_id, wanted, limit=size, cursor=cursor), limit)
    shown = [_shown(item) async for item in pages]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("id", "name", "updated")
        table(shown, columns, nothing="No such lists: make one with tidings lists subscribe LIST USER.")


@lists_command.command("create", help="Create a list, or give it another name.")
@click.argument("list_id")
@click.option("--name", help="A name for people; the id when not given.")
@scoped
async def create(scope: Scope, *, list_id: str, name: str | None) -> None:
    """Create a list."""
    now = scope.installation.clock.now_ms()
    check_list_id(list_id, path="LIST_ID")
    wanted = SubscriberList(
        environment_id=scope.environment.id, id=list_id, name=name or list_id, created=now, updated=now
    )
    await scope.installation.lists.put(wanted)
    _done(scope, _shown(await scope.installation.lists.get(scope.environment.id, list_id)))


@lists_command.command("delete", help="Delete a list; its subscribers stay, for a restore.")
@click.argument("list_id")
@scoped
async def delete(scope: Scope, *, list_id: str) -> None:
    """Delete a list."""
    now = scope.installation.clock.now_ms()
    await scope.installation.lists.delete(scope.environment.id, list_id, now=now)
    _done(scope, {"id": list_id, "deleted": True})


@lists_command.command("restore", help="Bring a deleted list back, with its subscribers.")
@click.argument("list_id")
@scoped
async def restore(scope: Scope, *, list_id: str) -> None:
    """Restore a list."""
    now = scope.installation.clock.now_ms()
    await scope.installation.lists.restore(scope.environment.id, list_id, now=now)
    _done(scope, {"id": list_id, "restored": True})


@lists_command.command("subscribers", help="List who is on a list, by user id.")
@click.argument("list_id")
@limit(100)
@scoped
async def subscribers(scope: Scope, *, list_id: str, limit: int) -> None:
    """List subscribers."""
    store, environment_id = scope.installation.lists, scope.environment.id
    pages = walk(lambda size, cursor: store.subscribers(environment_id, list_id, limit=size, cursor=cursor), limit)
    shown = [{"user": each.user_id, "since": at(each.created)} async for each in pages]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("user", "since"), nothing="Nobody is on it: tidings lists subscribe LIST USER.")


@lists_command.command("subscribe", help="Put users on a list; it is made when there is none.")
@click.argument("list_id")
@click.argument("user_ids", nargs=-1, required=True)
@scoped
async def subscribe(scope: Scope, *, list_id: str, user_ids: tuple[str, ...]) -> None:
    """Subscribe users."""
    check_list_id(list_id, path="LIST_ID")
    wanted = [Subscription(list_id=list_id, user_id=check_user_id(each, path="USER_IDS")) for each in user_ids]
    now = scope.installation.clock.now_ms()
    await scope.installation.lists.subscribe(scope.environment.id, wanted, replace=False, now=now)
    _done(scope, {"id": list_id, "subscribed": list(user_ids)})


@lists_command.command("unsubscribe", help="Take a user off a list.")
@click.argument("list_id")
@click.argument("user_id")
@scoped
async def unsubscribe(scope: Scope, *, list_id: str, user_id: str) -> None:
    """Take a user off."""
    await scope.installation.lists.unsubscribe(scope.environment.id, list_id, user_id)
    _done(scope, {"id": list_id, "unsubscribed": [user_id]})


def _done(scope: Scope, said: dict[str, Any]) -> None:
    if scope.as_json:
        lines([said])
    else:
        print(said["id"])


def _shown(item: SubscriberList) -> dict[str, Any]:
    return {"id": item.id, "name": item.name, "created": at(item.created), "updated": at(item.updated)}
