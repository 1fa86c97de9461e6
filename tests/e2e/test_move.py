"""An installation that began on the embedded tier goes on in PostgreSQL."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = str(Path(__file__).parents[2] / "src")
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


def run(*words, **settings):
    """Run a command."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TIDINGS_")}
    environment |= {"PYTHONPATH": SOURCE, **settings}
    command = [sys.executable, "-m", "tidings", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)  # noqa: S603 our own program


async def answered(client, path):
    """Wait until there is something to read."""
    async with asyncio.timeout(60):
        while (found := await client.get(path)).status_code != 200:
            await asyncio.sleep(0.05)
    return found.json()


@pytest.mark.timeout(300)
async def test_what_was_embedded_goes_on_in_postgres(serve, api, postgres_url):
    """Profiles, messages and counts are there after a move; after the release it sends, and the ledger adds up."""
    server = serve()
    client = api(server)
    call = {"userId": "ann", "traits": {"email": "ann@example.com"}}
    assert (await client.post("/v1/identify", json=call, auth=(WRITE_KEY, ""))).status_code == 200
    await answered(client, "/profiles/ann")
    message = {"message": {"to": {"user_id": "ann"}, "content": {"title": "Hello", "body": "Ann"}}}
    before = (await client.post("/send", json=message)).json()["requestId"]
    async with asyncio.timeout(60):
        while (await answered(client, f"/messages/{before}"))["status"] != "SENT":
            await asyncio.sleep(0.05)
    refused = await asyncio.to_thread(run, "move", "--from", str(server.data), "--to", postgres_url)
    assert refused.returncode == 1
    assert "in use" in refused.stderr
    assert server.stop() == 0

    done = await asyncio.to_thread(run, "move", "--from", str(server.data), "--to", postgres_url)
    assert done.returncode == 0, done.stderr
    assert "found to be the same" in done.stdout

    server = serve(database_url=postgres_url)
    client = api(server)
    assert (await answered(client, "/health/ready"))["status"] == "held"
    assert (await answered(client, "/profiles/ann"))["profile"]["email"] == "ann@example.com"
    assert (await answered(client, f"/messages/{before}"))["status"] == "SENT"
    place = {"TIDINGS_DATABASE_URL": postgres_url, "TIDINGS_DATA": str(server.data)}
    assert (await asyncio.to_thread(run, "release", "--yes", **place)).returncode == 0
    after = (await client.post("/send", json=message)).json()["requestId"]
    async with asyncio.timeout(60):
        while (await answered(client, f"/messages/{after}"))["status"] != "SENT":
            await asyncio.sleep(0.05)
    ledger = await asyncio.to_thread(run, "ledger", **place)
    assert ledger.returncode == 0, ledger.stdout + ledger.stderr
    assert server.stop() == 0
