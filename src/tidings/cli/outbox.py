"""`tidings outbox`: messages kept here instead of being handed to a provider."""

from typing import Any

import click
import msgspec

from tidings.cli.options import limit
from tidings.cli.output import at, facts, lines, plain, table
from tidings.cli.pages import walk
from tidings.cli.scope import Scope, scoped
from tidings.errors import NotFound
from tidings.ports import OutboxItem, OutboxStore


@click.group("outbox", help="Messages kept here instead of being handed to a provider.")
def outbox_command() -> None:
    """Hold the commands."""


@outbox_command.command("list", help="List what was kept, newest first.")
@limit(20)
@scoped
async def list_outbox(scope: Scope, *, limit: int) -> None:
    """List the outbox."""
    store: OutboxStore = scope.installation.outbox
    pages = walk(lambda size, cursor: store.page(scope.environment.id, limit=size, cursor=cursor), limit)
    shown = [_line(item) async for item in pages]
    if scope.as_json:
        lines(shown)
    else:
        nothing = "The outbox is empty: it fills when a message is sent and no provider is switched on."
        table(shown, ("at", "channel", "recipient", "subject", "message"), nothing=nothing)


@outbox_command.command("show", help="Show what was kept of one message.")
@click.argument("message_id")
@click.option("--html", is_flag=True, help="Print the HTML alone, to look at in a browser.")
@scoped
async def show(scope: Scope, *, message_id: str, html: bool) -> None:
    """Show one message's contents."""
    items = await scope.installation.outbox.get(scope.environment.id, message_id)
    if not items:
        raise NotFound(f"the outbox holds nothing of message {message_id}; tidings messages show says where it went")
    for item in items:
        if scope.as_json:
            lines([{**_line(item), "content": item.content}])
        elif html:
            print(item.content.get("html", ""))
        else:
            facts(_line(item))
            print(f"\n{plain(_text(item))}")


def _line(item: OutboxItem) -> dict[str, Any]:
    return {
        "at": at(item.at),
        "channel": item.channel,
        "recipient": item.recipient,
        "subject": item.content.get("subject", ""),
        "message": item.message_id,
    }


def _text(item: OutboxItem) -> str:
    text = item.content.get("text")
    return text if isinstance(text, str) else msgspec.json.format(msgspec.json.encode(item.content)).decode()
