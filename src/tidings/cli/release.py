"""`tidings release`: let messages go again."""

import sys
from typing import Any

import click

from tidings.app.release import Overdue, drop_overdue, overdue
from tidings.cli.exits import FAILED, OK
from tidings.cli.output import lines
from tidings.cli.progress import progress
from tidings.cli.scope import Scope, scoped
from tidings.errors import InvalidInput
from tidings.ports import Hold


@click.command("release", help="Let a held installation send again. Says how many messages go at once, and asks.")
@click.option("--drop-overdue", is_flag=True, help="Do not send what was due before the hold: it ends as CANCELED.")
@click.option("--because", help="With --drop-overdue: the reason that each dropped message gets.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@scoped
async def release_command(scope: Scope, *, drop_overdue: bool, because: str | None, yes: bool) -> int:
    """Release."""
    installation = scope.installation
    hold, dropped = await installation.itself.hold(), 0
    if hold is None:
        _say(scope, {"released": False}, "It is not held: messages are sent as they come due.")
        return OK
    now = installation.clock.now_ms()
    waiting = await overdue(installation.queue, hold, now=now)
    if not yes and not _agreed(hold, waiting, drops=drop_overdue):
        print("Nothing was changed.", file=sys.stderr)
        return FAILED
    if drop_overdue:
        dropped = await _drop(scope, hold, because or f"overdue when released ({hold.because})", waiting, now)
    await installation.itself.release()
    installation.wakeup.wake("due")
    sent = waiting.new + (0 if drop_overdue else waiting.old)
    _say(
        scope,
        {"released": True, "dropped": dropped, "due_now": sent},
        f"Released: {dropped} dropped, {sent} due now. tidings messages list shows what becomes of them.",
    )
    return OK


def _agreed(hold: Hold, waiting: Overdue, *, drops: bool) -> bool:
    print(f"Held: {hold.because}.", file=sys.stderr)
    what = "will be dropped" if drops else "will be sent NOW; if this is a copy, its original may have sent them"
    print(f"{waiting.old} messages from before the hold are overdue and {what}.", file=sys.stderr)
    print(f"{waiting.new} messages that came since will be sent.", file=sys.stderr)
    if not sys.stdin.isatty():
        raise InvalidInput("asks before it releases: say --yes, with --drop-overdue or without", path="release")
    return click.confirm("Release?", err=True)


async def _drop(scope: Scope, hold: Hold, because: str, waiting: Overdue, now: int) -> int:
    with progress("dropping") as tell:
        return await drop_overdue(
            scope.installation.queue,
            hold,
            because=because,
            now=now,
            progress=lambda count: tell(count, max(waiting.old, count)),
        )


def _say(scope: Scope, item: dict[str, Any], sentence: str) -> None:
    if scope.as_json:
        lines([item])
    else:
        print(sentence)
