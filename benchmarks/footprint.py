"""What a call leaves behind, in bytes: in the stream, in PostgreSQL and its write-ahead log, and in the archive.

    python benchmarks/footprint.py [--calls 100000] [--users 50000] [--tier postgres nats] [--json file]

Half of the calls identify and half track, as in `inbound.py`. docs/how-to/a-billion-calls-a-day.md counts with them.
"""

import argparse
import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from growth import TIERS, Servers, applied, new_folder, prepare_calls, prepare_people, servers, workers
from pyarrow import ArrowInvalid
from pyarrow.parquet import read_metadata
from report import number
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from tidings.backends.sql.database import Database
from tidings.config import Config

_GROWING = ("inbound_events", "seen", "profiles", "call_counts", "known_events")
_SIZE = text(
    "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = to_regclass(:name)"
    " UNION ALL SELECT pg_total_relation_size(to_regclass(:name))"
)
_INDEXES = text(
    "SELECT sum(pg_indexes_size(inhrelid)) FROM pg_inherits WHERE inhparent = to_regclass(:name)"
    " UNION ALL SELECT pg_indexes_size(to_regclass(:name))"
)
_LOG = text("SELECT pg_current_wal_lsn() - '0/0'")
_GIVE_UP_S = 300.0


async def sizes(database: Database) -> dict[str, int]:
    """Read how large everything is now, in bytes."""
    found: dict[str, int] = {}
    async with database.read() as connection:
        for name in (*_GROWING, "tidings_stream.entries"):
            for kind, statement in ((name, _SIZE), (f"{name}, indexes", _INDEXES)):
                rows = await connection.scalars(statement, {"name": name})
                found[kind] = int(sum(each or 0 for each in rows))
        found["write-ahead log"] = int(await connection.scalar(_LOG) or 0)
    return found


def stored(running: Servers, folder: Path) -> int:
    """Read how many bytes the nodes of the stream hold, all together."""
    if not running.stream_url:
        return 0
    return sum(each.stat().st_size for each in folder.glob(".nats-*/*/jetstream/**/*") if each.is_file())


def archived(folder: Path) -> tuple[int, int]:
    """Read how many calls the archive's files hold, and in how many bytes."""
    files = list(folder.rglob("*.parquet"))
    try:
        return sum(read_metadata(each).num_rows for each in files), sum(each.stat().st_size for each in files)
    except (OSError, ArrowInvalid):  # one is being written, or was merged into another
        return 0, 0


async def measure(tier: str, *, calls: int, users: int, parent: Path) -> dict[str, float]:
    """Have calls accepted and applied; give bytes a call."""
    with new_folder(parent) as folder, servers(tier, folder) as running:
        data = folder / "data"
        data.mkdir()
        archive = folder / "calls"
        place = {"database_url": running.database_url, "stream_url": running.stream_url}
        config = Config(data=data, archive=str(archive), **place)
        await prepare_people(config, users=users)
        await prepare_calls(config, calls=0, users=users)
        database = Database.postgres(running.database_url)
        empty, nodes = await sizes(database), stored(running, folder)
        await prepare_calls(config, calls=calls, users=users)
        full = await sizes(database)
        found = {
            "stream, in PostgreSQL": full["tidings_stream.entries"] - empty["tidings_stream.entries"],
            "stream, on all nodes": stored(running, folder) - nodes,
            "write-ahead log, accepted": full["write-ahead log"] - empty["write-ahead log"],
        }
        with workers(1, config):
            give_up = time.monotonic() + _GIVE_UP_S
            while await applied(database) < calls and time.monotonic() < give_up:
                await asyncio.sleep(0.05)
            while archived(archive)[0] < calls and time.monotonic() < give_up:
                await asyncio.sleep(1)
            rows, size = archived(archive)
            found["archive"] = size * calls / rows if rows else 0
        after = await sizes(database)
        await database.close()
        found["write-ahead log, applied"] = after["write-ahead log"] - full["write-ahead log"]
        for name in _GROWING:
            for kind in (name, f"{name}, indexes"):
                found[kind] = after[kind] - full[kind]
    return {name: size / calls for name, size in found.items() if size > 0} | {"a profile": empty["profiles"] / users}


def show(tier: str, found: Mapping[str, float]) -> None:
    """Print the figures of a tier."""
    table = Table(title=f"Bytes a call, {tier}", title_justify="left")
    table.add_column("where")
    table.add_column("bytes", justify="right")
    for name, size in found.items():
        table.add_row(name, number(size))
    Console().print(table)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--tier", choices=TIERS, nargs="+", default=list(TIERS))
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where the servers keep their files")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    found = {}
    for tier in given.tier:
        found[tier] = asyncio.run(measure(tier, calls=given.calls, users=given.users, parent=given.folder))
        show(tier, found[tier])
    if given.json:
        given.json.write_bytes(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
