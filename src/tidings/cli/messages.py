"""`tidings messages`: what was sent, or why not."""

import functools
import re
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.errors import InvalidInput, NotFound
from tidings.ingest.moment import parse_moment
from tidings.messages import Message, Reason, Status
from tidings.ports import MessageFilter, MessageStore

_COLUMNS = ("enqueued", "status", "reason", "recipient", "event", "provider", "id")
_STATUS = click.Choice([status.value for status in Status], case_sensitive=False)


_REASONS = click.option(
    "--reason",
    "reasons",
    type=click.Choice([reason.value for reason in Reason], case_sensitive=False),
    multiple=True,
    help="Only of this reason; may be given again.",
)
_EVENT = click.option("--event", help="Only of this event id, such as `Segment-TrackEvent:Order Completed`.")
_RECIPIENT = click.option("--recipient", help="Only to this user id or address.")
_SINCE = click.option("--since", help="Only since then: ISO-8601, or so long ago, such as `30m`, `12h` or `7d`.")
_AGO = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
_AGO_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DEAD = (Status.UNDELIVERABLE, Status.UNROUTABLE, Status.UNMAPPED)


@click.group("messages", help="Messages, and why each ended as it did.")
def messages_command() -> None:
    """Hold the commands."""


@messages_command.command("list", help="List messages, newest first; unmapped events are among them.")
@click.option("--status", "statuses", type=_STATUS, multiple=True, help="Only these; may be given again.")
@_REASONS
@_EVENT
@_RECIPIENT
@_SINCE
@click.option("--archived", is_flag=True, help="Those that were archived, instead of the others.")
@limit(20)
@scoped
async def list_messages(scope: Scope, /, *, archived: bool, limit: int, **asked: Any) -> None:
    """List messages."""
    store: MessageStore = scope.installation.messages
    where = _filter(scope, archived=archived, **asked)
    pages = walk(lambda size, cursor: store.page(scope.environment.id, where, limit=size, cursor=cursor), limit)
    shown = [shown_message(message) async for message in pages]
    if scope.as_json:
        lines(shown)
    else:
        table(
            shown, _COLUMNS, nothing="No such messages. Send one: tidings send --to you@example.com --title Hi --body …"
        )


@messages_command.command("show", help="Show a message with its whole history.")
@click.argument("message_id")
@scoped
async def show(scope: Scope, *, message_id: str) -> None:
    """Show one message."""
    store: MessageStore = scope.installation.messages
    message = await store.get(scope.environment.id, message_id)
    history = [
        {"at": at(entry.ts), "type": entry.type, **entry.fields}
        for entry in await store.history(scope.environment.id, message_id)
    ]
    if scope.as_json:
        lines([{**shown_message(message), "history": history}])
        return
    facts(shown_message(message))
    print()
    table([_entry(entry) for entry in history], ("at", "type", "what"), nothing="No history yet.")


@messages_command.command("cancel", help="Take a message back, or all of a request, while no provider has heard of it.")
@click.argument("message_id")
@scoped
async def cancel(scope: Scope, *, message_id: str) -> None:
    """Cancel a message, or what is left of a request to many."""
    installation, environment_id = scope.installation, scope.environment.id
    now = installation.clock.now_ms()
    try:
        await installation.expansions.cancel(environment_id, message_id, now=now)
    except NotFound:
        message = await installation.changes.cancel(environment_id, message_id, now=now)
        said: dict[str, Any] = {"id": message.id, "status": message.status.value}
    else:
        said = {
            "id": message_id,
            "canceled": await installation.changes.cancel_request(environment_id, message_id, now=now),
        }
    if scope.as_json:
        lines([said])
    else:
        facts(said)


@messages_command.command("redrive", help="Send what failed once more; each message once, however often this is run.")
@click.option(
    "--status",
    "statuses",
    type=click.Choice([status.value for status in _DEAD], case_sensitive=False),
    multiple=True,
    help="Only these; may be given again.",
)
@_REASONS
@_EVENT
@_RECIPIENT
@_SINCE
@click.option("--include-unknown", is_flag=True, help="Also those that may have been sent: some will be sent twice.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@limit(1000)
@scoped
async def redrive(scope: Scope, /, *, include_unknown: bool, dry_run: bool, limit: int, **asked: Any) -> None:
    """Send dead letters again."""
    installation = scope.installation
    where = _filter(scope, **{**asked, "statuses": asked["statuses"] or _DEAD})
    page = functools.partial(installation.messages.page, scope.environment.id, where)
    found = [message async for message in walk(lambda size, cursor: page(limit=size, cursor=cursor), limit)]
    wanted = [message for message in found if include_unknown or not message.outcome_unknown]
    before = await installation.changes.redriven(scope.environment.id, [message.id for message in wanted])
    fresh = [message for message in wanted if message.id not in before]
    new = {} if dry_run else await installation.changes.redrive(fresh, now=installation.clock.now_ms())
    installation.wakeup.wake("due")
    shown = [{**shown_message(message), "redriven_as": new.get(message.id)} for message in fresh]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("enqueued", "status", "reason", "recipient", "id", "redriven_as"), nothing="Nothing to redrive.")


def _filter(
    scope: Scope,
    *,
    statuses: Sequence[str],
    reasons: Sequence[str],
    event: str | None,
    recipient: str | None,
    since: str | None,
    archived: bool = False,
) -> MessageFilter:
    return MessageFilter(
        statuses=tuple(Status(status.upper()) for status in statuses),
        reasons=tuple(Reason(reason.upper()) for reason in reasons),
        event=event,
        recipient=recipient,
        enqueued_after=None if since is None else _moment(since, scope.installation.clock.now_ms()),
        archived=archived,
    )


def _moment(text: str, now: int) -> int:
    if found := _AGO.fullmatch(text):
        return now - int(found[1]) * _AGO_MS[found[2]]
    at = parse_moment(text)
    if at is None:
        raise InvalidInput("is an ISO-8601 time, or so long ago: 30m, 12h, 7d", path="--since")
    return at


def shown_message(message: Message) -> dict[str, Any]:
    """Write a message as commands print it."""
    return {
        "id": message.id,
        "enqueued": at(message.enqueued),
        "status": message.status.value,
        "reason": message.reason.value if message.reason else None,
        "error": message.error,
        "outcome_unknown": message.outcome_unknown or None,
        "recipient": message.recipient,
        "event": message.event,
        "template": message.template_id,
        "template_version": message.template_version,
        "channel": message.channel,
        "provider": message.provider,
        "sent": at(message.sent),
        "request_id": message.request_id,
    }


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    what = {name: value for name, value in entry.items() if name not in {"at", "type"}}
    return {**entry, "what": msgspec.json.encode(what).decode() if what else ""}
