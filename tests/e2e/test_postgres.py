"""`tidings serve` with its state in PostgreSQL, as a user starts it."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import segment.analytics.client as segment

PAGE = Path(__file__).parents[2] / "docs/how-to/postgresql.md"
SOURCE = str(Path(__file__).parents[2] / "src")
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


async def test_a_call_arrives_once_the_database_is_back(serve, own_postgres_server, wait_until, api):
    """While PostgreSQL is dead the library is told to come back, and does; readiness says which parts are away.

    Whoever follows the source meanwhile sees the call when it is there, and is let go when the server stops.
    """
    server = serve(database_url=own_postgres_server.url())
    client = api(server)
    assert not (server.data / "state.db").exists()

    async with client.stream("GET", "/sources/1/debugger/stream", timeout=60) as followed:
        own_postgres_server.kill()
        ready = await client.get("/health/ready")
        assert ready.status_code == 503
        assert all("database_url" in ready.json()["components"][part] for part in ("database", "stream"))
        calls = segment.Client(WRITE_KEY, host=server.url)
        calls.identify("ann", {"email": "ann@example.com"})
        refused = 'tidings_requests_refused_total{reason="unavailable"}'
        async with asyncio.timeout(60):
            while refused not in (await client.get("/metrics")).text:
                await asyncio.sleep(0.05)
        own_postgres_server.start()
        await asyncio.to_thread(calls.flush)

        async with asyncio.timeout(60):
            while (found := await client.get("/profiles/ann")).status_code != 200:
                await asyncio.sleep(0.05)
        assert found.json()["profile"]["email"] == "ann@example.com"

        lines = followed.aiter_lines()
        async with asyncio.timeout(60):
            assert any([line.startswith("data:") and '"ann"' in line async for line in _through(lines, "data:")])
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            assert not [line async for line in lines if line.startswith("data:")]
        assert await stopping == 0


async def _through(lines, beginning):
    """Read lines up to the first one that begins so."""
    async for line in lines:
        yield line
        if line.startswith(beginning):
            return


def _run(folder, *words, url):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TIDINGS_")}
    environment |= {"PYTHONPATH": SOURCE, "TIDINGS_DATABASE_URL": url}
    command = [sys.executable, "-m", "tidings", *words]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=90)  # noqa: S603 our own program


def test_a_setting_that_waiting_does_not_mend_ends_the_start(postgres_server, tmp_path):
    """Without the database that it names, `serve` ends with that sentence and the code for a wrong setting."""
    done = _run(tmp_path, "serve", "--port", "0", url=postgres_server.url("nowhere", password="secret"))

    assert done.returncode == 78
    assert "database_url" in done.stderr
    assert "create it" in done.stderr
    assert "secret" not in done.stdout + done.stderr


async def test_a_role_with_the_grants_of_the_page_is_enough(serve, own_postgres_server, tmp_path, api, wait_until):
    """Whoever has what docs/how-to/postgresql.md grants can serve and work; the owner alone makes tables."""
    asked = own_postgres_server.execute
    for statement in ("CREATE ROLE tidings_run LOGIN", "CREATE ROLE owner LOGIN", "CREATE DATABASE shared OWNER owner"):
        asked(statement)
    assert _run(tmp_path, "migrate", url=own_postgres_server.url("shared", user="owner")).returncode == 0
    (grants,) = [block for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL) if "GRANT" in block]
    asked(f"SET ROLE owner; {grants}", database="shared")

    server = serve(database_url=own_postgres_server.url("shared", user="tidings_run"))
    client = api(server)
    calls = segment.Client(WRITE_KEY, host=server.url)
    calls.identify("ann", {"email": "ann@example.com"})
    await asyncio.to_thread(calls.flush)
    content = {"title": "Hello", "body": "Hello"}
    sent = await client.post("/send", json={"message": {"to": {"user_id": "ann"}, "content": content}})
    message = f"/messages/{sent.json()['requestId']}"
    async with asyncio.timeout(60):
        while (found := (await client.get(message)).json()).get("status") != "SENT":
            assert found.get("status") in {None, "ENQUEUED"}, found
            await asyncio.sleep(0.05)

    assert (await client.get("/health/ready")).status_code == 200
    log = server.log.read_text()
    assert "permission denied" not in log
    assert server.stop() == 0


def test_doctor_looks_at_the_database(postgres_url, tmp_path):
    """The doctor tells an empty database, one at this version, and one that cannot be reached."""
    assert "without a table yet" in _run(tmp_path, "doctor", url=postgres_url).stdout
    assert "applied 0001" in _run(tmp_path, "migrate", url=postgres_url).stdout
    assert "reachable, at revision" in _run(tmp_path, "doctor", url=postgres_url).stdout

    away = _run(tmp_path, "doctor", url="postgresql://u:open-sesame@127.0.0.1:1/d")

    assert away.returncode == 1
    assert "nothing answers at its host and port" in away.stdout
    assert "open-sesame" not in away.stdout + away.stderr
