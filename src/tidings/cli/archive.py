"""`tidings archive`: the calls that are kept for good."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tidings.app.archive import open_archive
from tidings.cli.options import limit
from tidings.cli.output import at, lines, table
from tidings.cli.period import moments, period
from tidings.cli.scope import Scope, scoped
from tidings.records import ArchiveFile, CallFilter, date_of


@click.group("archive", help="The calls that are kept for good, in Parquet files.")
def archive_command() -> None:
    """Hold the commands."""


@archive_command.command("list", help="List the days of the archive, newest first.")
@limit(100)
@scoped
async def list_days(scope: Scope, *, limit: int) -> None:
    """List days."""
    days: dict[int, list[ArchiveFile]] = {}
    for file in await _files(scope):
        days.setdefault(file.day, []).append(file)
    shown = [_shown(day, days[day]) for day in sorted(days, reverse=True)[:limit]]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("day", "calls", "files", "bytes", "last"), nothing="Nothing is in the archive yet.")


@archive_command.command("export", help="Copy calls of a period to FILE: .parquet, .csv or .jsonl.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@period
@click.option("--source", "source_id", type=int, help="Only calls of the source of this id.")
@click.option("--event", "name", help="Only events, pages and screens of this name.")
@click.option("--type", "kind", help="Only identify, track, page, screen, group or alias.")
@scoped
async def export(
    scope: Scope,
    *,
    file: Path,
    start: str,
    end: str | None,
    source_id: int | None,
    name: str | None,
    kind: str | None,
) -> None:
    """Export calls."""
    first, last = moments(start, end, now=scope.installation.clock.now_ms())
    where = CallFilter(received_from=first, received_before=last, source_id=source_id, name=name, type=kind)
    archive = open_archive(scope.config)
    files = await scope.installation.manifest.living(scope.environment.id, where.days)
    calls = await archive.export(files, where, str(file))
    if scope.as_json:
        lines([{"file": str(file), "calls": calls}])
    else:
        print(f"{file}: {calls} calls")


@archive_command.command("query", help="Ask the archive in SQL (DuckDB's); the table is `calls`.")
@click.argument("sql")
@limit(100)
@scoped
async def query(scope: Scope, *, sql: str, limit: int) -> None:
    """Run a query."""
    archive = open_archive(scope.config)
    names, rows = await archive.query(await _files(scope), sql, rows_max=limit)
    shown = [dict(zip(names, row, strict=True)) for row in rows]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, names, nothing="No rows.")


async def _files(scope: Scope) -> Sequence[ArchiveFile]:
    days = (await scope.installation.manifest.environments()).get(scope.environment.id, range(0))
    return await scope.installation.manifest.living(scope.environment.id, days)


def _shown(day: int, files: Sequence[ArchiveFile]) -> dict[str, Any]:
    return {
        "day": date_of(day),
        "calls": sum(file.rows for file in files),
        "files": len(files),
        "bytes": sum(file.bytes for file in files),
        "last": at(max(file.last_at for file in files)),
    }
