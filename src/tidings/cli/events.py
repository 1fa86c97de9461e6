"""`tidings events`: calls that came in, and what became of them."""

from typing import Any

import click
import msgspec

from tidings.api.tail import Tail, newest
from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports import EventFilter, EventLog

_COLUMNS = ("received", "type", "name", "user", "status", "reason", "id")
_STATUS = click.Choice([status.value for status in EventStatus], case_sensitive=False)
_LOOK_ANYWAY_S = 1.0


@click.group("events", help="Calls that came in, and what became of them.")
def events_command() -> None:
    """Hold the commands."""


@events_command.command("list", help="List calls, newest first.")
@click.option("--status", "statuses", type=_STATUS, multiple=True, help="Only these; may be given again.")
@click.option("--type", "kind", help="Only identify, track, page, screen, group, alias or send.")
@click.option("--name", help="Only events of this name.")
@click.option("--user", help="Only of this user id or anonymous id.")
@limit(20)
@scoped
async def list_events(
    scope: Scope, *, statuses: tuple[str, ...], kind: str | None, name: str | None, user: str | None, limit: int
) -> None:
    """List calls."""
    where = EventFilter(
        statuses=tuple(EventStatus(status.upper()) for status in statuses), type=kind, name=name, user_id=user
    )
    shown = [_line(event) for event in await _newest(scope, where, limit)]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, _COLUMNS, nothing="No such calls. Point a Segment library at this installation to see some.")


@events_command.command("tail", help="Follow the log as it grows; Ctrl-C ends it.")
@click.option("--last", type=click.IntRange(0, 1000), default=10, show_default=True, help="So many of the past first.")
@click.option("--source", "source_id", type=int, help="Only calls of this source.")
@scoped
async def tail(scope: Scope, *, last: int, source_id: int | None) -> None:
    """Print calls as they are applied."""
    log: EventLog = scope.installation.events
    environment_id = scope.environment.id
    past, start = await newest(log, environment_id, limit=last, since=0, source_id=source_id)
    _print(scope, past)
    following = Tail(log=log, environment_id=environment_id, start=start, source_id=source_id)
    while True:
        news = await following.look()
        _print(scope, news)
        if not news:
            await scope.installation.wakeup.wait("stream", _LOOK_ANYWAY_S)


@events_command.command("show", help="Show a call as it came, and what became of it.")
@click.argument("event_id")
@scoped
async def show(scope: Scope, *, event_id: str) -> None:
    """Show one call."""
    event = await scope.installation.events.get(scope.environment.id, event_id)
    shown = {**_line(event), "detail": event.detail, "warnings": list(event.warnings), "source": event.source_id}
    whole = {**shown, "body": msgspec.Raw(event.body)}
    if scope.as_json:
        lines([whole])
    else:
        facts({**shown, "body": msgspec.json.format(event.body).decode()})


async def _newest(scope: Scope, where: EventFilter, limit: int) -> list[InboundEvent]:
    log: EventLog = scope.installation.events
    pages = walk(lambda size, cursor: log.page(scope.environment.id, where, limit=size, cursor=cursor), limit)
    return [event async for event in pages]


def _print(scope: Scope, events: list[InboundEvent]) -> None:
    shown = [_line(event) for event in events]
    if scope.as_json:
        lines(shown)
    elif shown:
        table(shown, _COLUMNS, nothing="")


def _line(event: InboundEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "received": at(event.received_at),
        "timestamp": at(event.timestamp),
        "type": event.type,
        "name": event.name,
        "user": event.user_key[2:],
        "message_id": event.message_id,
        "status": event.status.value,
        "reason": event.reason,
    }
