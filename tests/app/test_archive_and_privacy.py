"""The archive as an operator meets it: calls come in, and commands read them."""

import asyncio
import json
import os
import subprocess
import sys

import msgspec
import pytest

from tidings.app.archive import archiving_of
from tidings.app.installation import open_installation
from tidings.app.worker import build_worker
from tidings.cli.main import main
from tidings.config import load
from tidings.ingest import pack
from tidings.records import Record

NOON = 1_767_268_800_000
DAY = ("--from", "2026-01-01", "--to", "2026-01-02")


@pytest.fixture(autouse=True)
def _settings(tmp_path, monkeypatch):
    """An empty folder, an archive in it, and no settings of the machine."""
    for name in [name for name in os.environ if name.startswith("TIDINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDINGS_ARCHIVE", "calls")


@pytest.fixture
def tidings(capsys):
    """Run a command with `--json`; give its exit code and the items that it printed."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), [json.loads(line) for line in printed.out.splitlines()] or printed.err

    return run


@pytest.fixture
def accepted():
    """Let calls be accepted, applied and archived as a worker does."""

    def accept(*bodies):
        asyncio.run(_accept(bodies))

    asyncio.run(_accept(()))
    return accept


async def _accept(bodies):
    async with open_installation(load()) as installation:
        worker = build_worker(installation)
        await installation.stream.append(
            pack(
                [_record(number, body) for number, body in enumerate(bodies)],
                environment_id=1,
                source_id=1,
                received_at=NOON,
                partitions=installation.stream.partitions,
            )
        )
        while await worker.inbound.run_once(0):
            pass
        ((archiver,), loops) = archiving_of(installation, "w1")
        while await archiver.run_once(0):
            pass
        assert set(loops) == {"archive"}


def _record(number, body):
    return Record(
        type=body["type"],
        message_id=f"call-{number}",
        user_id=body["userId"],
        anonymous_id=None,
        name=body.get("event"),
        timestamp=NOON,
        received_at=NOON + number,
        body=msgspec.json.encode(body),
    )


def test_the_archive_is_listed_asked_and_exported(tidings, accepted):
    """What was accepted can be counted by day, asked in SQL and copied; of one environment at a time."""
    order = {"type": "track", "userId": "ann", "event": "Order", "properties": {"total": 5}}
    accepted(order, {"type": "identify", "userId": "ann", "traits": {}}, {**order, "event": "Other"})

    code, (day,) = tidings("archive", "list")
    assert (code, day["day"], day["calls"], day["files"]) == (0, "2026-01-01", 3, 1)
    sql = "SELECT type, count(*) AS calls, max(received_at) AS last FROM calls GROUP BY 1 ORDER BY 1"
    assert tidings("archive", "query", sql)[1] == [
        {"type": "identify", "calls": 1, "last": "2026-01-01T12:00:00.001000"},
        {"type": "track", "calls": 2, "last": "2026-01-01T12:00:00.002000"},
    ]
    assert tidings("archive", "query", "FROM calls", "-e", "test")[1] == ""
    assert tidings("archive", "export", "all.jsonl", *DAY)[1] == [{"file": "all.jsonl", "calls": 3}]
    assert tidings("archive", "export", "one.csv", *DAY, "--event", "Other", "--type", "track")[1][0]["calls"] == 1
    assert tidings("archive", "export", "none.csv", *DAY, "--source", "9")[1][0]["calls"] == 0


def test_a_period_is_replayed(tidings, accepted):
    """The command says what happened, and a dry run what would; source, event and type narrow the period."""
    order = {"type": "track", "userId": "ann", "event": "Order", "properties": {}}
    accepted(order, {"type": "identify", "userId": "ann", "traits": {}}, {**order, "event": "Other"})

    code, (summary,) = tidings("replay", *DAY, "--dry-run", "--notify")
    assert (code, summary["dry_run"], summary["calls"], summary["applied_before"]) == (0, True, 3, 1)
    assert summary["dropped_for"] == [{"dropped": "UNMAPPED", "calls": 2}]
    (summary,) = tidings("replay", *DAY, "--event", "Order", "--type", "track", "--source", "1")[1]
    assert (summary["dry_run"], summary["by_name"]) == (False, [{"call": "track Order", "calls": 1}])
    assert tidings("ledger")[0] == 0


def test_a_user_is_forgotten(tidings, accepted):
    """Asked for on the command line, done by whoever works; the receipt counts what went, archive and all."""
    order = {"type": "track", "userId": "ann", "event": "Order", "properties": {}}
    accepted(order, {"type": "identify", "userId": "ann", "traits": {}}, {**order, "userId": "bob"})

    code, (asked,) = tidings("privacy", "delete", "ann", "--yes")
    assert (code, asked["status"], asked["asked_by"], asked["users"]) == (0, "INITIALIZED", "cli", ["ann"])
    assert tidings("privacy", "run")[1] == [{"passes": 1}]
    (receipt,) = tidings("privacy", "show", asked["id"])[1]
    assert receipt["erased"] == {"archive": 2, "inbound_events": 2, "profiles": 1, "seen": 2}
    assert receipt["outside"] == {}
    assert [each["id"] for each in tidings("privacy", "list")[1]] == [asked["id"]]
    assert tidings("archive", "query", "SELECT user_id FROM calls")[1] == [{"user_id": "bob"}]
    assert tidings("ledger")[0] == 0


def test_a_deletion_is_handed_on_where_that_is_asked_for(tidings, accepted):
    """`--everywhere` asks outside destinations too; the receipt says what became of it at each."""
    accepted()
    tidings("destinations", "add", "webhook", "--name", "Hook", "--set", "url=https://example.com/hook")
    tidings("destinations", "add", "segment", "--name", "There", "--set", "write_key=wk")
    _, (asked,) = tidings("privacy", "delete", "ann", "--everywhere", "--only", "--yes")
    tidings("privacy", "run")
    (receipt,) = tidings("privacy", "show", asked["id"])[1]

    assert receipt["type"] == "DELETE_ONLY"
    assert receipt["outside"] == {
        "Hook": "RUNNING",
        "There": "NOT_SUPPORTED set public_api_token: a write key cannot ask for deletions",
    }


def test_a_user_is_suppressed_and_comes_back(tidings, accepted):
    """Between the two commands their calls are refused."""
    order = {"type": "track", "userId": "ann", "event": "Order", "properties": {}}
    accepted()
    assert tidings("privacy", "suppress", "ann", "bob")[1][0]["status"] == "FINISHED"
    accepted(order)
    assert tidings("privacy", "unsuppress", "ann")[1][0]["type"] == "UNSUPPRESS"
    accepted({**order, "event": "Later"})

    reasons = {event["name"]: event["reason"] for event in tidings("events", "list")[1]}
    assert reasons == {"Order": "user_suppressed", "Later": ""}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("query", "SELEKT"), 1, "syntax error"),
        (("export", "x.csv", "--from", "soon"), 1, "--from: is no time"),
        (("export", "x.csv", "--from", "2026-02-01", "--to", "2026-01-01"), 1, "--from: is not before --to"),
        (("export", "x.xml", *DAY), 1, "must end in .parquet, .csv, .jsonl"),
    ],
)
def test_what_is_wrong_is_said(tidings, words, code, said):
    """A command that cannot work says in one line why."""
    ended, printed = tidings("archive", *words)
    assert (ended, said in printed) == (code, True), printed


def test_without_an_archive_it_is_said_how_to_keep_one(tidings, monkeypatch):
    """Nothing is archived unless a place is named."""
    monkeypatch.delenv("TIDINGS_ARCHIVE")
    code, said = tidings("archive", "query", "FROM calls")
    assert (code, "no archive is kept" in said) == (78, True)


def test_who_keeps_no_archive_loads_nothing_for_it(monkeypatch):
    """Neither Arrow nor DuckDB is imported by API, worker or command line."""
    code = "import sys, tidings.app.worker, tidings.app.api, tidings.cli.archive; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 ours
    assert not {"pyarrow", "duckdb"} & set(done.stdout.split())
