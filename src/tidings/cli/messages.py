"""`tidings messages`: what was sent, or why not."""

from typing import Any

import click
import msgspec

from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.messages import Message, Status
from tidings.ports import MessageFilter, MessageStore

_COLUMNS = ("enqueued", "status", "reason", "recipient", "event", "provider", "id")
_STATUS = click.Choice([status.value for status in Status], case_sensitive=False)


@click.group("messages", help="Messages, and why each ended as it did.")
def messages_command() -> None:
    """Hold the commands."""


@messages_command.command("list", help="List messages, newest first; unmapped events are among them.")
@click.option("--status", "statuses", type=_STATUS, multiple=True, help="Only these; may be given again.")
@click.option("--event", help="Only of this event id, such as `Segment-TrackEvent:Order Completed`.")
@click.option("--recipient", help="Only to this user id or address.")
@limit(20)
@scoped
async def list_messages(
    scope: Scope, *, statuses: tuple[str, ...], event: str | None, recipient: str | None, limit: int
) -> None:
    """List messages."""
    store: MessageStore = scope.installation.messages
    where = MessageFilter(
        statuses=tuple(Status(status.upper()) for status in statuses), event=event, recipient=recipient
    )
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
