"""`tidings brands`: how messages look, whoever writes them."""

from pathlib import Path
from typing import Any

import click
import msgspec

from tidings import ids
from tidings.api.brand_wire import BrandBody, brand_answer, brand_of, check_brand_id
from tidings.brands import Brand
from tidings.cli.given import FILE, read_json
from tidings.cli.options import limit
from tidings.cli.output import at, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.errors import NotFound


@click.group("brands", help="How messages look, whoever writes them.")
def brands_command() -> None:
    """Hold the commands."""


@brands_command.command("list", help="List brands, oldest first.")
@limit(100)
@scoped
async def list_brands(scope: Scope, *, limit: int) -> None:
    """List brands."""
    store, environment_id = scope.installation.brands, scope.environment.id
    pages = walk(lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor), limit)
    found = [brand async for brand in pages]
    if scope.as_json:
        lines([_json(each) for each in found])
    else:
        shown = [{**_json(each), "default": each.is_default, "updated": at(each.updated)} for each in found]
        table(shown, ("id", "name", "default", "updated"), nothing="No brands: tidings brands put FILE makes one.")


@brands_command.command("show", help="Print a brand as JSON; put takes it again.")
@click.argument("brand_id")
@scoped
async def show(scope: Scope, *, brand_id: str) -> None:
    """Show one brand."""
    brand = await scope.installation.brands.get(scope.environment.id, brand_id)
    if scope.as_json:
        lines([_json(brand)])
    else:
        click.echo(msgspec.json.format(msgspec.json.encode(_json(brand))).decode())


@brands_command.command("put", help="Make a brand of a JSON file, or replace the one of its id. It holds at once.")
@FILE
@click.option("--id", "brand_id", help="The brand to replace, or to make; else the file's own, else a new one.")
@scoped
async def put(scope: Scope, *, file: Path, brand_id: str | None) -> None:
    """Make or replace one: `{id, name, settings, snippets}`."""
    body, now = read_json(file, BrandBody), scope.installation.clock.now_ms()
    wanted = brand_id or body.id or ids.prefixed_id("br", now)
    check_brand_id(wanted)
    brand, store = brand_of(body, scope.environment.id, wanted, now), scope.installation.brands
    try:
        kept = await store.replace(brand)
    except NotFound:
        kept = await store.create(brand)
    _done(scope, _json(kept))


@brands_command.command("default", help="Let a brand look after every message that has no other.")
@click.argument("brand_id")
@scoped
async def default(scope: Scope, *, brand_id: str) -> None:
    """Make a brand the default."""
    store, now = scope.installation.brands, scope.installation.clock.now_ms()
    await store.make_default(scope.environment.id, brand_id, now=now)
    _done(scope, _json(await store.get(scope.environment.id, brand_id)))


@brands_command.command("remove", help="Delete a brand; not the default one.")
@click.argument("brand_id")
@scoped
async def remove(scope: Scope, *, brand_id: str) -> None:
    """Remove one."""
    await scope.installation.brands.delete(scope.environment.id, brand_id)
    _done(scope, {"id": brand_id, "removed": True})


def _done(scope: Scope, said: dict[str, Any]) -> None:
    if scope.as_json:
        lines([said])
    else:
        print(said["id"])


def _json(brand: Brand) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(brand_answer(brand))
    return shown
