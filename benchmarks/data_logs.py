"""How long a page of the data logs takes, whatever is asked: each filter, over millions of messages and calls.

    python benchmarks/data_logs.py [--rows 500000] [--huge] [--postgres] [--folder DIR] [--json FILE]

So many messages and as many calls are put into the tables as they would have been written; the indexes are made
afterwards. Then a server of our own, with no worker, is asked for pages, one at a time, each for other values.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import httpx
from growth import cpu_s, new_folder
from report import Row, show, write
from rich.progress import Progress
from sqlalchemy import Table, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.schema import CreateIndex, DropIndex

from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.partitions import EVENTS, make_ahead
from tidings.backends.sql.tables import inbound_events, messages
from tidings.backends.sql.tables_changes import message_tags
from tidings.ids import derived_id
from tidings.testing.postgres import PostgresServer

BUDGET_MS = 50
API_KEY = "bench-api-key"
NOW = 1_767_268_800_000
SPAN_MS = 30 * 86_400_000
BATCH = 250_000
DAY_MS = 86_400_000

STATUSES = {"SENT": 500, "DELIVERED": 250, "OPENED": 120, "UNROUTABLE": 60, "UNDELIVERABLE": 40, "CLICKED": 29}
RARE_STATUS = "CANCELED"
"""One message in some hundred thousand."""
RARE = 200_000
WARM_UP = 4
"""Pages that are not counted."""
WAYS = {"email": ("smtp", "postmark", "sendgrid"), "sms": ("twilio",), "push": ("fcm", "apn"), "inbox": ("inbox",)}
EVENTS_COUNT, TEMPLATES_COUNT, TAGS_COUNT, TENANTS_COUNT = 40, 50, 20, 200
PAYLOAD = b'{"to":{},"data":{"orderNumber":"A-1001","total":49.9,"currency":"EUR"},"content":null,"options":{}}'
BODY = json.dumps({
    "type": "track",
    "properties": {"orderNumber": "A-1001", "total": 49.9, "currency": "EUR"},
    "context": {"library": {"name": "analytics-python", "version": "2.3.2"}, "ip": "192.0.2.1"},
}).encode()  # fmt: skip

Query = Callable[[random.Random], dict[str, Any]]
"""Draws what one page is asked for."""


class People:
    """Users of whom some hear much more than others."""

    def __init__(self, rows: int) -> None:
        self._count = max(rows // 10, 100)

    def draw(self, rng: random.Random) -> str:
        """Draw a user id, as a database made it: such ids begin alike by chance alone."""
        return f"{int(self._count * rng.random() ** 2) * 2654435761 % 4294967296:08x}-user"


def event_of(number: int) -> str:
    """Name an event."""
    return f"Product Viewed {number}"


def skewed(rng: random.Random, count: int) -> int:
    """Draw a number below `count`, small ones much more often."""
    return int(count * rng.random() ** 2)


def message_rows(rows: int, start: int, end: int) -> Iterator[tuple[Any, ...]]:
    """Lay out messages, oldest first, in the order of the table's columns."""
    rng, people = random.Random(start), People(rows)
    words, weights = list(STATUSES), list(STATUSES.values())
    statuses = rng.choices(words, weights, k=end - start)
    ways = [(channel, provider) for channel, found in WAYS.items() for provider in found]
    for number, status in zip(range(start, end), statuses, strict=True):
        at = NOW - SPAN_MS + number * SPAN_MS // rows
        own, user, failed = derived_id(at, number), people.draw(rng), status.startswith("UN")
        channel, provider = (None, None) if status == "UNROUTABLE" else ways[skewed(rng, len(ways))]
        yield (
            *(1, own, f"u:{user}", user, at),
            RARE_STATUS if number % RARE == 77 else status,
            ("NO_CHANNELS" if channel is None else "BOUNCED") if failed else None,
            *("", False, f"Segment-TrackEvent:{event_of(skewed(rng, EVENTS_COUNT))}"),
            *(f"nt_{skewed(rng, TEMPLATES_COUNT)}", 1, own, PAYLOAD, channel, provider),
            *(at, at, None, None, at, None),
            f"tenant-{skewed(rng, TENANTS_COUNT)}" if number % 20 == 0 else None,
        )


def tag_rows(rows: int, start: int, end: int) -> Iterator[tuple[Any, ...]]:
    """Lay out the tags of every tenth message."""
    rng = random.Random(start)
    for number in range(start - start % -10, end, 10):
        at = NOW - SPAN_MS + number * SPAN_MS // rows
        yield (1, derived_id(at, number), f"tag-{skewed(rng, TAGS_COUNT)}", at)


def call_rows(rows: int, start: int, end: int) -> Iterator[tuple[Any, ...]]:
    """Lay out calls: half are tracks, of which one in ten found no template."""
    rng, people = random.Random(start), People(rows)
    for number in range(start, end):
        at = NOW - SPAN_MS + number * SPAN_MS // rows
        kind, name, status = "identify", None, "APPLIED"
        if number % 2:
            kind, name = "track", event_of(skewed(rng, EVENTS_COUNT))
            status = "UNMAPPED" if rng.random() < 0.1 else "MAPPED"
        who = f"u:{people.draw(rng)}"
        yield (1, who, at, rows + number, 1, kind, name, f"call-{number}", at, status, "", "", "", BODY)


FILLED: tuple[tuple[Table, Callable[[int, int, int], Iterator[tuple[Any, ...]]]], ...] = (
    (messages, message_rows),
    (message_tags, tag_rows),
    (inbound_events, call_rows),
)
INDEXES = [index for table, _ in FILLED for index in sorted(table.indexes, key=lambda index: str(index.name))]


async def fill(database: Database, file: Path | None, rows: int, progress: Progress) -> None:
    """Make the tables and fill them; the indexes come afterwards, which takes a fraction of the time."""
    await migrate(database)
    if file is not None:
        await database.close()
        await asyncio.to_thread(_fill_sqlite, file, rows, progress)
        return
    for day in range(0, 31, EVENTS.days):
        await make_ahead(database, EVENTS, now=NOW - SPAN_MS + day * DAY_MS)
    async with database.write(replayable=True) as connection:
        for index in INDEXES:
            await connection.execute(DropIndex(index))
    for table, batch in _batches(rows, progress):
        async with database.write(replayable=True) as asked:
            driver = (await asked.get_raw_connection()).driver_connection
            await driver.copy_records_to_table(table.name, records=batch, columns=table.columns.keys())
    for index in progress.track(INDEXES, description="make indexes"):
        async with database.write(replayable=True) as connection:
            await connection.execute(CreateIndex(index))
    async with database.engines[1].connect() as alone:  # as a server's own housekeeping would have by now
        await (await alone.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


def _fill_sqlite(file: Path, rows: int, progress: Progress) -> None:
    """Fill the file with nobody beside us and no journal: what is made here can be made again."""
    dialect = sqlite_dialect()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-3000000"):
        connection.execute(f"PRAGMA {pragma}")
    for index in INDEXES:
        connection.execute(str(DropIndex(index).compile(dialect=dialect)))
    for table, batch in _batches(rows, progress):
        places = ", ".join("?" * len(table.columns))
        connection.execute("BEGIN")
        names = ", ".join(table.columns.keys())
        connection.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", batch)
        connection.execute("COMMIT")
    for index in progress.track(INDEXES, description="make indexes"):
        connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute("PRAGMA locking_mode=NORMAL")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _batches(rows: int, progress: Progress) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
    """Lay out all rows; each batch by its user, as the tables' keys want them."""
    for table, rows_of in FILLED:
        task = progress.add_task(f"fill {table.name}", total=rows)
        place = 2 if table is messages else 1
        for start in range(0, rows, BATCH):
            end = min(start + BATCH, rows)
            yield table, sorted(rows_of(rows, start, end), key=itemgetter(place))
            progress.update(task, completed=end)
        progress.remove_task(task)


def message_queries(people: People) -> dict[str, Query]:
    """Everything that a page of messages is asked for."""
    event = lambda rng: f"Segment-TrackEvent:{event_of(skewed(rng, EVENTS_COUNT))}"  # noqa: E731
    day = lambda rng: NOW - rng.randrange(1, 30) * DAY_MS  # noqa: E731
    return {
        "all, newest first": lambda _rng: {},
        "user": lambda rng: {"recipient": people.draw(rng)},
        "event": lambda rng: {"event": event(rng)},
        "event and status": lambda rng: {"event": event(rng), "status": rng.choice(["SENT", "UNDELIVERABLE"])},
        "status": lambda rng: {"status": rng.choice(list(STATUSES))},
        "a rare status": lambda _rng: {"status": RARE_STATUS},
        "five statuses": lambda _rng: {"status": list(STATUSES)[:5]},
        "reason": lambda _rng: {"reason": "BOUNCED"},
        "channel": lambda rng: {"channel": rng.choice(list(WAYS))},
        "provider": lambda rng: {"provider": rng.choice(["smtp", "twilio", "apn"])},
        "template": lambda rng: {"notification": f"nt_{skewed(rng, TEMPLATES_COUNT)}"},
        "time (one day)": lambda rng: {"enqueued_before": (at := day(rng)), "enqueued_after": at - DAY_MS},
        "tag": lambda rng: {"tag": f"tag-{skewed(rng, TAGS_COUNT)}"},
        "tenant": lambda rng: {"tenant_id": f"tenant-{skewed(rng, TENANTS_COUNT)}"},
        "text, eight letters": lambda rng: {"begins": people.draw(rng)[:8]},
        "text, two letters": lambda rng: {"begins": people.draw(rng)[:2]},
        "a day of one event": lambda rng: {"event": event(rng), "enqueued_before": day(rng)},
        "user and status": lambda rng: {"recipient": people.draw(rng), "status": "UNDELIVERABLE"},
        "tag and a rare status": lambda rng: {"tag": f"tag-{rng.randrange(TAGS_COUNT)}", "status": RARE_STATUS},
        "channel, template and reason": lambda rng: {
            "channel": "sms",
            "notification": f"nt_{skewed(rng, TEMPLATES_COUNT)}",
            "reason": "NO_CHANNELS",
        },
        "nobody's": lambda rng: {"recipient": f"nobody-{rng.random()}"},
    }


def call_queries(people: People) -> dict[str, Query]:
    """Everything that a page of calls is asked for."""
    name = lambda rng: event_of(skewed(rng, EVENTS_COUNT))  # noqa: E731
    return {
        "all, newest first": lambda _rng: {},
        "user": lambda rng: {"user_id": people.draw(rng)},
        "event": lambda rng: {"name": name(rng)},
        "status": lambda rng: {"status": rng.choice(["UNMAPPED", "MAPPED", "APPLIED"])},
        "event, status and time": lambda rng: {
            "name": name(rng),
            "status": "UNMAPPED",
            "received_before": NOW - rng.randrange(30) * DAY_MS,
        },
    }


def ask(client: httpx.Client, path: str, query: Query, rounds: int) -> list[float]:
    """Ask for pages and time each, in milliseconds; every second page is the one behind it, when there is one."""
    rng, took, cursor = random.Random(path), [], None
    asked: dict[str, Any] = {}
    for number in range(-WARM_UP, rounds):
        if cursor is None or number % 2 == 0:
            asked, cursor = query(rng), None
        began = time.perf_counter()
        answer = client.get(path, params=asked | ({"cursor": cursor} if cursor else {}))
        if number >= 0:
            took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
        cursor = answer.json()["paging"].get("cursor")
    return took


@contextmanager
def server(data: Path, url: str) -> Iterator[tuple[httpx.Client, int]]:
    """Run the API over the data, and ask it once: what it reads at first is no page's cost."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")} | {
        "TIDINGS_DATA": str(data),
        "TIDINGS_API_KEY": API_KEY,
        "TIDINGS_LOG_LEVEL": "error",
        **({"TIDINGS_DATABASE_URL": url} if url else {}),
    }
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "tidings", "api", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            headers = {"Authorization": f"Bearer {API_KEY}"}
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120) as client:
                while not _ready(client):
                    assert process.poll() is None, "the server ended: it says above why"
                    time.sleep(0.05)
                client.get("/messages")
                client.get("/inbound-events")
                yield client, process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def rows_of(asked: tuple[httpx.Client, int], people: People, rounds: int, progress: Progress) -> list[Row]:
    """Measure every filter: the 95th percentile against the budget; in words the median, and what a page costs."""
    client, pid = asked
    found: list[Row] = []
    kinds = (("/messages", message_queries(people)), ("/inbound-events", call_queries(people)))
    task = progress.add_task("ask", total=sum(len(queries) for _, queries in kinds))
    for path, queries in kinds:
        for name, query in queries.items():
            began = cpu_s([pid])
            took = sorted(ask(client, path, query, rounds))
            spent = (cpu_s([pid]) - began) / (rounds + WARM_UP) * 1000
            p50, p95 = statistics.median(took), took[len(took) * 95 // 100]
            what = f"{path[1:]}, {name} (p50 {p50:.1f}, processor {spent:.1f})"
            found.append(Row(what, "ms", BUDGET_MS, p95, less=True, rounds=rounds))
            progress.advance(task)
    return found


async def measure(given: argparse.Namespace, folder: Path, url: str) -> list[Row]:
    """Fill a database and ask for pages of it."""
    file = None if url else folder / "state.db"
    done = folder / f"filled-{given.rows}"
    with Progress(transient=True) as progress:
        if not done.exists():
            database = Database.postgres(url) if url else Database.sqlite(folder / "state.db")
            await fill(database, file, given.rows, progress)
            await database.close()
            done.touch()
        with server(folder, url) as asked:
            return await asyncio.to_thread(rows_of, asked, People(given.rows), given.rounds, progress)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="messages, and as many calls")
    parser.add_argument("--huge", action="store_true", help="ten million of each (15 GB of disk, some ten minutes)")
    parser.add_argument("--rounds", type=int, default=60, help="pages asked for, of each filter")
    parser.add_argument("--postgres", action="store_true", help="in a PostgreSQL server of our own")
    parser.add_argument("--data", type=Path, help="keep the SQLite files here, and ask those of an earlier run again")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where the data lies meanwhile")
    parser.add_argument("--json", type=Path, help="write the rows here")
    given = parser.parse_args(arguments)
    given.rows = 10_000_000 if given.huge else given.rows
    with ExitStack() as stack:
        if given.postgres:
            place = stack.enter_context(new_folder(given.folder))
            settings = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
            url = stack.enter_context(PostgresServer(place / "server", settings=settings)).url()
        else:
            url = ""
        folder = given.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix=".bench-", dir=given.folder))
        )
        folder.mkdir(exist_ok=True)
        rows = asyncio.run(measure(given, folder, url))
    show(rows, f"A page of the data logs, {given.rows:,} messages, {'PostgreSQL' if given.postgres else 'SQLite'}")
    if given.json:
        write(rows, given.json)


if __name__ == "__main__":
    main()
