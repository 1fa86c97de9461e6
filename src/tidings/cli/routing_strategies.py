"""`tidings routing-strategies`: by which channels and providers messages go, under a name that templates share."""

from pathlib import Path
from typing import Any

import click
import msgspec

from tidings import ids
from tidings.api.strategy_wire import StrategyBody, strategy_answer, strategy_of
from tidings.cli.given import FILE, read_json
from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.routing_strategies import RoutingStrategy

_NOBODY = "No routing strategies: tidings routing-strategies put FILE makes one."


@click.group("routing-strategies", help="By which channels and providers messages go, under a name.")
def routing_strategies_command() -> None:
    """Hold the commands."""


@routing_strategies_command.command("list", help="List routing strategies, newest first.")
@limit(100)
@scoped
async def list_strategies(scope: Scope, *, limit: int) -> None:
    """List strategies."""
    store, environment_id = scope.installation.routing_strategies, scope.environment.id
    pages = walk(lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor), limit)
    found = [strategy async for strategy in pages]
    if scope.as_json:
        lines([_json(each) for each in found])
    else:
        shown = [{**_json(each), "routing": _in_words(each.routing), "updated": at(each.updated)} for each in found]
        table(shown, ("id", "name", "routing", "updated"), nothing=_NOBODY)


@routing_strategies_command.command("show", help="Show a routing strategy, and the templates that go by it.")
@click.argument("strategy_id")
@scoped
async def show(scope: Scope, *, strategy_id: str) -> None:
    """Show one strategy."""
    strategy = await scope.installation.routing_strategies.get(scope.environment.id, strategy_id)
    store, environment_id = scope.installation.templates, scope.environment.id
    pages = walk(
        lambda size, cursor: store.page(environment_id, limit=size, cursor=cursor, strategy_id=strategy.id), 1000
    )
    _tell(scope, strategy, templates=[template.id async for template in pages])


@routing_strategies_command.command("put", help="Make a routing strategy of a JSON file, or replace one.")
@FILE
@click.option("--id", "strategy_id", help="The one to replace.")
@scoped
async def put(scope: Scope, *, file: Path, strategy_id: str | None) -> None:
    """Make or replace one: `{name, routing, channels, providers, description, tags}`."""
    now = scope.installation.clock.now_ms()
    body = read_json(file, StrategyBody)
    wanted = strategy_of(
        body, strategy_id or ids.prefixed_id("rs", now), environment_id=scope.environment.id, by="cli", now=now
    )
    store = scope.installation.routing_strategies
    _tell(scope, await (store.replace(wanted) if strategy_id else store.create(wanted)))


@routing_strategies_command.command("remove", help="Take a routing strategy out of use, unless a template names it.")
@click.argument("strategy_id")
@scoped
async def remove(scope: Scope, *, strategy_id: str) -> None:
    """Remove one."""
    await scope.installation.routing_strategies.delete(scope.environment.id, strategy_id)
    if scope.as_json:
        lines([{"id": strategy_id, "removed": True}])
    else:
        print(f"{strategy_id} is gone.")


def _tell(scope: Scope, strategy: RoutingStrategy, **more: Any) -> None:
    shown = {**_json(strategy), **more}
    if scope.as_json:
        lines([shown])
    else:
        facts({**shown, "created": at(strategy.created), "updated": at(strategy.updated)})


def _json(strategy: RoutingStrategy) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(strategy_answer(strategy))
    return shown


def _in_words(routing: dict[str, Any]) -> str:
    """Write a wish on a line: `email, then (all of push and sms)`."""
    named = [each if isinstance(each, str) else f"({_in_words(each)})" for each in routing.get("channels") or ()]
    return f"all of {' and '.join(named)}" if routing.get("method") == "all" else ", then ".join(named)
