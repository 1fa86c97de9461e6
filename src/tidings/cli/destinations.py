"""`tidings destinations`: what calls are handed to, and what each of them gets."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click
import msgspec

from tidings import ids
from tidings.api.delivery_view import FOR_EVER, news_of
from tidings.api.destination_changes import changed
from tidings.api.destination_wire import FilterBody, check_settings, destination_answer, filters_of
from tidings.api.refusals import shape_fault
from tidings.app.standing import standings
from tidings.cli.given import SETTING, settings_of, value_of
from tidings.cli.output import at, facts, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.clock import iso
from tidings.destinations import Destination, HttpAnswer, Standing, entries, kind_of
from tidings.errors import InvalidInput
from tidings.forwarding import call_id_of, deferred_again, outlet_of


@click.group("destinations", help="What calls are handed to, and what each of them gets.")
def destinations_command() -> None:
    """Hold the commands."""


@destinations_command.command("catalog", help="List the kinds of destination, and the settings each needs.")
@scoped
async def catalog(scope: Scope) -> None:
    """List kinds."""
    shown = [
        {
            "kind": entry["kind"],
            "name": entry["name"],
            "settings": ", ".join(
                f"{name}{'' if setting['required'] else '?'}" for name, setting in entry["settings"].items()
            ),
            "description": entry["description"],
        }
        for entry in entries()
    ]
    if scope.as_json:
        lines(entries())
    else:
        table(shown, ("kind", "name", "settings", "description"), nothing="")


@destinations_command.command("list", help="List destinations, the built-in one first.")
@scoped
async def list_destinations(scope: Scope) -> None:
    """List destinations."""
    found = await scope.installation.destinations.all(scope.environment.id)
    stand = await standings(scope.installation.books, found, now=scope.installation.clock.now_ms())
    if scope.as_json:
        lines([msgspec.to_builtins(destination_answer(each, stand.get(each.id))) for each in found])
    else:
        columns = ("id", "kind", "name", "enabled", "sources", "filters", "circuit", "lag", "waiting")
        table([{**_line(each), **_standing(stand.get(each.id))} for each in found], columns, nothing="")


@destinations_command.command("show", help="Show a destination with its settings, secrets masked, and its filters.")
@click.argument("destination_id")
@scoped
async def show(scope: Scope, *, destination_id: str) -> None:
    """Show one destination."""
    _print(scope, await scope.installation.destinations.get(scope.environment.id, destination_id))


@destinations_command.command("add", help="Add a destination; it gets what arrives from now on.")
@click.argument("kind")
@click.option("--name", required=True, help="A name of its own.")
@click.option("--source", "sources", type=int, multiple=True, help="A source that feeds it; all, if none is named.")
@SETTING
@scoped
async def add(scope: Scope, *, kind: str, name: str, sources: tuple[int, ...], settings: tuple[str, ...]) -> None:
    """Add a destination."""
    now = scope.installation.clock.now_ms()
    kind_of(kind)
    made = Destination(
        environment_id=scope.environment.id,
        id=ids.prefixed_id("dst", now),
        kind=kind,
        name=name,
        sources=tuple(sorted(set(sources))) or None,
        settings=settings_of(settings),
        created=now,
        updated=now,
    )
    await _check(scope, made)
    await scope.installation.destinations.put(made)
    scope.installation.wakeup.wake("config")
    _print(scope, made)


@destinations_command.command("set", help="Change settings; NAME= removes one.")
@click.argument("destination_id")
@SETTING
@scoped
async def change(scope: Scope, *, destination_id: str, settings: tuple[str, ...]) -> None:
    """Change settings."""
    given = settings_of(settings)

    def merged(stored: Destination) -> Destination:
        kept = {name: value for name, value in {**stored.settings, **given}.items() if value != ""}
        return msgspec.structs.replace(stored, settings=kept)

    await _change(scope, destination_id, merged)


@destinations_command.command("enable", help="Switch a destination on.")
@click.argument("destination_id")
@scoped
async def enable(scope: Scope, *, destination_id: str) -> None:
    """Switch on."""
    await _change(scope, destination_id, lambda stored: msgspec.structs.replace(stored, enabled=True))


@destinations_command.command("disable", help="Switch a destination off: it gets nothing of what arrives meanwhile.")
@click.argument("destination_id")
@scoped
async def disable(scope: Scope, *, destination_id: str) -> None:
    """Switch off."""
    await _change(scope, destination_id, lambda stored: msgspec.structs.replace(stored, enabled=False))


@destinations_command.command("filter", help="Add a filter.")
@click.argument("destination_id")
@click.option("--title", required=True, help="What it is for.")
@click.option("--if", "condition", required=True, help="The calls that it concerns, in FQL.")
@click.option("--action", "actions", multiple=True, required=True, help="DROP, ONLY, or an action as JSON.")
@scoped
async def add_filter(
    scope: Scope, *, destination_id: str, title: str, condition: str, actions: tuple[str, ...]
) -> None:
    """Add a filter."""
    body = {"title": title, "if": condition, "actions": [_action(text) for text in actions]}
    try:
        read = msgspec.convert(body, FilterBody)
    except msgspec.ValidationError as error:
        raise InvalidInput(shape_fault(error, kind=FilterBody)) from None
    made = filters_of([read], (), now=scope.installation.clock.now_ms())
    await _change(
        scope, destination_id, lambda stored: msgspec.structs.replace(stored, filters=(*stored.filters, *made))
    )


@destinations_command.command("unfilter", help="Remove a filter.")
@click.argument("destination_id")
@click.argument("filter_id")
@scoped
async def remove_filter(scope: Scope, *, destination_id: str, filter_id: str) -> None:
    """Remove a filter."""

    def without(stored: Destination) -> Destination:
        left = tuple(each for each in stored.filters if each.id != filter_id)
        if len(left) == len(stored.filters):
            raise InvalidInput(f"{destination_id} has no filter {filter_id}")
        return msgspec.structs.replace(stored, filters=left)

    await _change(scope, destination_id, without)


@destinations_command.command("remove", help="Remove a destination, and what waited to be delivered to it.")
@click.argument("destination_id")
@scoped
async def remove(scope: Scope, *, destination_id: str) -> None:
    """Remove a destination."""
    await scope.installation.destinations.delete(scope.environment.id, destination_id)
    scope.installation.wakeup.wake("config")
    if not scope.as_json:
        print(f"{destination_id} is gone.")


@destinations_command.command("test", help="Ask the service whether it knows the key, without sending a call.")
@click.argument("destination_id")
@scoped
async def test(scope: Scope, *, destination_id: str) -> int:
    """Try the settings; exit code 1 when they do not work."""
    outlet = outlet_of(await scope.installation.destinations.get(scope.environment.id, destination_id))
    request = None if outlet.fault else outlet.kind.probe(outlet.settings)
    ok, detail = not outlet.fault, outlet.fault or "the settings are whole"
    if request is not None:
        answer = await scope.installation.carrier.carry(request)
        ok = isinstance(answer, HttpAnswer) and 200 <= answer.status < 300
        detail = f"the service answered {answer.status}" if isinstance(answer, HttpAnswer) else answer.detail
    if scope.as_json:
        lines([{"id": destination_id, "ok": ok, "detail": detail}])
    else:
        print(detail)
    return 0 if ok else 1


@destinations_command.command("deliveries", help="List what waits to be delivered, the next first.")
@click.argument("destination_id")
@click.option("--limit", default=20, show_default=True, help="How many.", type=click.IntRange(1, 100))
@scoped
async def deliveries(scope: Scope, *, destination_id: str, limit: int) -> None:
    """List what waits."""
    destination = await scope.installation.destinations.get(scope.environment.id, destination_id)
    key = (destination.environment_id, destination.id)
    due = await scope.installation.deliveries.due(*key, now=FOR_EVER, limit=limit, in_order=False)
    shown = [
        {
            "event": it.name,
            "message_id": call_id_of(it.body),
            "due": it.due_at if scope.as_json else iso(it.due_at),
            "tries": it.tries,
            "error": it.error,
        }
        for it in due
    ]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("event", "message_id", "due", "tries", "error"), nothing="Nothing waits.")


@destinations_command.command("redeliver", help="Deliver the failures that are kept, or what messages have become.")
@click.argument("destination_id")
@click.option("--message", "message_ids", multiple=True, help="A message to tell again; may be given again.")
@scoped
async def redeliver(scope: Scope, *, destination_id: str, message_ids: tuple[str, ...]) -> None:
    """Deliver again."""
    house, now = scope.installation, scope.installation.clock.now_ms()
    destination = await house.destinations.get(scope.environment.id, destination_id)
    key = (destination.environment_id, destination.id)
    if message_ids:
        news = [await news_of(house.messages, scope.environment.id, each) for each in message_ids]
        again = [deferred_again(outlet_of(destination), each, now=now) for each in news]
        await house.deliveries.settle(*key, done=(), again=again, tallies=(), failures=())
        queued = len(again)
    else:
        queued = await house.deliveries.again(*key, now=now)
    if scope.as_json:
        lines([{"id": destination_id, "queued": queued}])
    else:
        print(f"{queued} will be delivered again.")


async def _change(scope: Scope, destination_id: str, change: Callable[[Destination], Destination]) -> None:
    now = scope.installation.clock.now_ms()

    def stamped(stored: Destination) -> Destination:
        return msgspec.structs.replace(change(stored), created=stored.created or now, updated=now)

    check = partial(_check, scope)
    made = await changed(scope.installation.destinations, scope.environment.id, destination_id, stamped, check=check)
    scope.installation.wakeup.wake("config")
    _print(scope, made)


async def _check(scope: Scope, destination: Destination) -> None:
    if destination.sources is not None and kind_of(destination.kind).reads == "messages":
        raise InvalidInput("it is told of messages and not of a source's calls: leave it out", path="--source")
    await check_settings(destination, allow_private=scope.config.allow_private_destinations)


def _action(text: str) -> Any:
    return {"type": text.upper()} if text.isalpha() else value_of(text)


def _json(destination: Destination) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(destination_answer(destination))
    return shown


def _line(destination: Destination) -> dict[str, Any]:
    sources = "all" if destination.sources is None else ", ".join(map(str, destination.sources))
    return {
        "id": destination.id,
        "kind": destination.kind,
        "name": destination.name,
        "enabled": destination.enabled,
        "sources": sources,
        "filters": len(destination.filters),
    }


def _standing(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {}
    circuit: str = standing.circuit
    if standing.parked_until is not None:
        circuit += f" ({standing.reason}, until {at(standing.parked_until)})"
    return {"circuit": circuit, "lag": standing.lag, "waiting": standing.waiting}


def _print(scope: Scope, destination: Destination) -> None:
    if scope.as_json:
        lines([_json(destination)])
        return
    shown = _json(destination)
    settings = {f"settings.{name}": value for name, value in shown["settings"].items()}
    filters = {
        f"filter {each['id']}": f"{each['title']}: if {each['if']}, "
        + ", ".join(action["type"] for action in each["actions"])
        for each in shown["filters"]
    }
    facts({**_line(destination), **settings, **filters})
