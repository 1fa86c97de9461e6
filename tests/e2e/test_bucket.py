"""Archive and pictures in a bucket, on a real server of S3."""

import asyncio
import json
import os

import httpx
import pytest

from tidings.app.archive import archiving_of, open_archive
from tidings.app.installation import Installation, open_installation
from tidings.cli.main import main
from tidings.clock import SystemClock
from tidings.config import load
from tidings.pipeline.archiving import ArchiveTidying
from tidings.records import DAY_MS
from tidings.testing.object_store import ObjectStore

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
ORDER = {"type": "track", "event": "Order", "properties": {"total": 5}}
BY_USER = "SELECT user_id, count(*) AS n FROM calls GROUP BY 1 ORDER BY 1"


class Later:
    """A clock that is some days ahead."""

    def __init__(self, days):
        self._ahead = days * DAY_MS

    def now_ms(self):
        """Tell the time."""
        return SystemClock().now_ms() + self._ahead


async def archived(installation: Installation) -> int:
    """Archive what was applied, as a worker does now and then; count the files."""
    ((follower,), _) = archiving_of(installation, "w1")
    while await follower.run_once(0):
        pass
    return len(await installation.manifest.living(1, (await installation.manifest.environments())[1]))


async def tidied(installation: Installation, *, days: int) -> int:
    """Tidy up as a worker does, some days later; count the files that are left."""
    tidying = ArchiveTidying(
        archive=open_archive(installation.config),
        manifest=installation.manifest,
        leases=installation.follower_offsets,
        itself=installation.itself,
        clock=Later(days),
        holder=f"w{days}",
        days_kept=3,
    )
    await tidying.run_once()
    found = await installation.manifest.environments()
    return len(await installation.manifest.living(1, found[1])) if found else 0


def within(work, **options):
    """Do something in the installation that the settings name."""

    async def run():
        async with open_installation(load()) as installation:
            return await work(installation, **options)

    return asyncio.run(run())


@pytest.fixture
def tidings(capsys):
    """Run a command with `--json`; give the items that it printed."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        printed = capsys.readouterr()
        assert not ended.value.code, printed.err
        return [json.loads(line) for line in printed.out.splitlines()]

    return run


@pytest.mark.timeout(400)
def test_a_bucket_keeps_archive_and_pictures(serve, tidings, monkeypatch):
    """Pictures are shown from it; calls are written, asked in SQL, copied, replayed, forgotten and removed."""
    with ObjectStore() as store:
        server = serve(machine=store.keys, archive=store.url("calls"), assets=store.url("pictures"))
        key = server.environment["TIDINGS_API_KEY"]
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as http:
            asset = http.post("/assets", params={"name": "logo.png"}, content=PNG).json()
            shown = http.get(asset["path"])
            assert (shown.status_code, shown.content) == (200, PNG)
            http.delete(f"/assets/{asset['id']}").raise_for_status()
            assert http.get(asset["path"]).status_code == 404

            batch = [{**ORDER, "userId": user} for user in ("ann", "bob", "ann")]
            auth = httpx.BasicAuth(server.environment["TIDINGS_WRITE_KEY"], "")
            http.post("/v1/batch", json={"batch": batch}, auth=auth).raise_for_status()
            while len(http.get("/inbound-events").json()["results"]) < 3:
                pass
        assert server.stop() == 0

        for name in [name for name in os.environ if name.startswith("TIDINGS_")]:
            monkeypatch.delenv(name)
        for name, value in server.environment.items():
            if name.startswith(("TIDINGS_", "AWS_")):
                monkeypatch.setenv(name, value)
        assert within(archived) == 1
        assert tidings("archive", "query", BY_USER) == [{"user_id": "ann", "n": 2}, {"user_id": "bob", "n": 1}]
        (copied,) = tidings("archive", "export", str(server.data / "all.jsonl"), "--from", "2020-01-01")
        assert copied["calls"] == 3
        (summary,) = tidings("replay", "--from", "2020-01-01")
        assert (summary["calls"], summary["messages"]) == (3, 0)

        (asked,) = tidings("privacy", "delete", "ann", "--yes")
        tidings("privacy", "run")
        assert tidings("privacy", "show", asked["id"])[0]["erased"]["archive"] == 2
        assert within(tidied, days=2) == 1
        assert tidings("archive", "query", BY_USER) == [{"user_id": "bob", "n": 1}]
        assert within(tidied, days=5) == 0
        assert tidings("archive", "query", BY_USER) == []
