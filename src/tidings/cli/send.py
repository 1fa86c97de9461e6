"""`tidings send`: the same as `POST /send`, from the command line."""

import time
from typing import Any

import click
import msgspec

from tidings.cli.exits import FAILED, OK
from tidings.cli.messages import shown_message
from tidings.cli.output import facts, lines
from tidings.cli.scope import Scope, scoped_with
from tidings.errors import NotFound
from tidings.ids import request_id
from tidings.ingest import pack
from tidings.ingest.send import record_of_send
from tidings.messages import FINAL, Message, Status
from tidings.rendering import InlineContent

_LOOK_EVERY_S = 0.2
_WELL = FINAL - {Status.UNDELIVERABLE, Status.UNROUTABLE, Status.UNMAPPED}


@click.command("send", help="Send a notification. What it came to is in `tidings messages show`, or waited for.")
@click.option("--to", "email", help="The recipient's email address.")
@click.option("--user", help="The recipient's user id.")
@click.option("--template", help="The template, or an event that is mapped to one.")
@click.option("--title", help="Without a template: the title.")
@click.option("--body", help="Without a template: the body, in Markdown.")
@click.option("--data", "-d", "pairs", multiple=True, metavar="KEY=VALUE", help="Data for the template; JSON or text.")
@click.option("--wait", is_flag=True, help="Wait until it is sent, or is not to be; exit code 1 when it is not.")
@click.option("--timeout", type=click.FloatRange(0.1, 86_400), default=60, show_default=True, help="Seconds to wait.")
@scoped_with("--data-folder")  # `--data` is the template's here
async def send_command(
    scope: Scope,
    *,
    email: str | None,
    user: str | None,
    template: str | None,
    title: str | None,
    body: str | None,
    pairs: tuple[str, ...],
    wait: bool,
    timeout: float,  # noqa: ASYNC109 an option, in seconds
) -> int:
    """Send one message."""
    to = {name: value for name, value in (("email", email), ("user_id", user)) if value is not None}
    content = None if title is None and body is None else {"title": title or "", "body": body or ""}
    wish: dict[str, Any] = {"to": to, "template": template, "content": content, "data": _data(pairs)}
    message_id = await _append(scope, {name: value for name, value in wish.items() if value is not None})
    if wait:
        return _tell(scope, await _settled(scope, message_id, timeout))
    if scope.as_json:
        lines([{"request_id": message_id}])
    else:
        print(message_id)
    return OK


def _data(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Read `KEY=VALUE`s: a value that is JSON is taken as such, anything else as text."""
    data: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise click.UsageError(f"--data takes KEY=VALUE, got {pair!r}")
        try:
            data[name] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            data[name] = value
    return data


async def _append(scope: Scope, message: dict[str, Any]) -> str:
    installation = scope.installation
    now = installation.clock.now_ms()
    check = InlineContent().check
    record = record_of_send({"message": message}, request_id=request_id(now), received_at=now, check_content=check)
    appends = pack(
        [record],
        environment_id=scope.environment.id,
        source_id=0,
        received_at=now,
        partitions=installation.stream.partitions,
    )
    await installation.stream.append(appends)
    installation.wakeup.wake("stream")
    return record.message_id


async def _settled(scope: Scope, message_id: str, timeout_s: float) -> Message | None:
    """Follow a message to its end; None when the worker has not even seen it by then."""
    until = time.monotonic() + timeout_s
    message: Message | None = None
    while time.monotonic() < until:
        try:
            message = await scope.installation.messages.get(scope.environment.id, message_id)
        except NotFound:
            message = None
        if message is not None and message.status in FINAL:
            break
        await scope.installation.wakeup.wait("due", _LOOK_EVERY_S)
    return message


def _tell(scope: Scope, message: Message | None) -> int:
    if message is None:
        click.echo("tidings: no worker has taken it yet; start one with tidings serve", err=True)
        return FAILED
    if scope.as_json:
        lines([shown_message(message)])
    else:
        facts(shown_message(message))
    return OK if message.status in _WELL else FAILED
