"""`tidings replay`: decide calls of the past once more."""

from typing import Any

import click

from tidings.app.archive import replay_of
from tidings.cli.output import facts, lines, table
from tidings.cli.period import moments, period
from tidings.cli.progress import progress
from tidings.cli.scope import Scope, scoped
from tidings.pipeline.replay import ReplaySummary
from tidings.records import CallFilter


@click.command(
    "replay",
    help="Decide archived calls of a period again. What was applied stays; what came to nothing may come to something.",
)
@period
@click.option("--source", "source_id", type=int, help="Only calls of the source of this id.")
@click.option("--event", "name", help="Only events, pages and screens of this name.")
@click.option("--type", "kind", help="Only identify, track, page, screen, group or alias.")
@click.option("--notify", is_flag=True, help="Let mapped events send now; without it, history starts no notification.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
@scoped
async def replay_command(
    scope: Scope,
    *,
    start: str,
    end: str | None,
    source_id: int | None,
    name: str | None,
    kind: str | None,
    notify: bool,
    dry_run: bool,
) -> None:
    """Replay a period."""
    first, last = moments(start, end, now=scope.installation.clock.now_ms())
    where = CallFilter(received_from=first, received_before=last, source_id=source_id, name=name, type=kind)
    replay = await replay_of(scope.installation, notify=notify, dry_run=dry_run)
    with progress("replaying") as tell:
        summary = await replay.run(scope.environment.id, where, progress=tell)
    if summary.messages and not dry_run:
        scope.installation.wakeup.wake("due")
    _print(scope, summary, dry_run=dry_run)


def _print(scope: Scope, summary: ReplaySummary, *, dry_run: bool) -> None:
    shown: dict[str, Any] = {
        "dry_run": dry_run,
        "calls": summary.calls,
        "applied_before": summary.already,
        "older_than_the_log": summary.forgotten,
        "applied": summary.applied,
        "messages": summary.messages,
        "dropped": sum(summary.dropped.values()),
    }
    mapped = [
        {"event": event, "template": template, "messages": count}
        for (event, template), count in summary.mapped.most_common()
    ]
    dropped = [{"dropped": reason, "calls": count} for reason, count in summary.dropped.most_common()]
    read = [{"call": name, "calls": count} for name, count in summary.by_name.most_common()]
    if scope.as_json:
        lines([{**shown, "by_name": read, "mapped": mapped, "dropped_for": dropped}])
        return
    print("Nothing was written. This would happen:" if dry_run else "This happened:")
    facts(shown)
    for items, columns in (
        (read, ("call", "calls")),
        (mapped, ("event", "template", "messages")),
        (dropped, ("dropped", "calls")),
    ):
        if items:
            print()
            table(items, columns, nothing="")
