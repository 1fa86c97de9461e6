"""A send to a long list whose worker is killed on the way: everybody gets it once, or is marked unknown."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from counting_sink import CountingSink
from test_faults import MEMORY_KIB_MAX, ledger

USERS = int(os.environ.get("TIDINGS_LIST_USERS", "600"))
KILLS = int(os.environ.get("TIDINGS_LIST_KILLS", "2"))
SEED = int(os.environ.get("TIDINGS_FAULT_FIRST_SEED", "0"))
UNKNOWN_MAX = 150
"""Of one kill: what one account of a worker has under way."""
PATIENCE_S = 120.0
"""Without any progress."""


async def subscribe(http: httpx.AsyncClient, write_key: str) -> None:
    """Make the users, by identify calls, and put them on a list."""
    for start in range(0, USERS, 500):
        numbers = range(start, min(start + 500, USERS))
        calls = [
            {"type": "identify", "userId": f"u{number}", "messageId": f"i{number}", "traits": {"email": email(number)}}
            for number in numbers
        ]
        answer = await http.post("/v1/batch", json={"batch": calls}, auth=(write_key, ""))
        assert answer.status_code == 200, answer.text
        recipients = [{"recipientId": f"u{number}"} for number in numbers]
        answer = await http.post("/lists/all/subscriptions", json={"recipients": recipients})
        assert answer.status_code == 204, answer.text


def email(number: int) -> str:
    """Where a user gets mail."""
    return f"u{number}@example.com"


async def settled(http: httpx.AsyncClient, fact: str) -> bool:
    """Tell whether nothing is pending."""
    with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
        return not (await http.get("/ledger")).json()[fact]["pending"]
    return False


class Progress:
    """Waits as long as something moves."""

    def __init__(self) -> None:
        self._seen: object = None
        self._until = time.monotonic() + PATIENCE_S

    async def rest(self, seen: object) -> None:
        """Wait a moment; fail when nothing has moved for long."""
        if seen != self._seen:
            self._seen, self._until = seen, time.monotonic() + PATIENCE_S
        assert time.monotonic() < self._until, f"nothing moves: {seen}"
        await asyncio.sleep(0.01)


def memory_kib(pid: int) -> int:
    """Read the most memory that a living process has held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


async def kill_on_the_way(server: Any, sink: CountingSink, chance: random.Random) -> int:
    """Kill -9 the worker when so many have come, at moments that the seed names; tell the most memory it had."""
    most, progress = 0, Progress()
    for moment in sorted(chance.sample(range(1, USERS), KILLS)):
        while sink.total < moment:
            await progress.rest(sink.total)
        while "worker" not in server.children():
            await progress.rest(sink.total)
        pid = server.children()["worker"]
        with contextlib.suppress(OSError):
            most = max(most, memory_kib(pid))
            os.kill(pid, signal.SIGKILL)
    return most


def messages_of(data: Path) -> dict[str, tuple[str, bool]]:
    """Read each recipient's one message: its status, and whether its outcome is unknown."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'state.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT recipient, status, outcome_unknown FROM messages").fetchall()
    assert len({row[0] for row in rows}) == len(rows), "somebody has two messages"
    return {row[0]: (row[1], bool(row[2])) for row in rows}


@pytest.mark.kill
@pytest.mark.timeout(3600)
async def test_a_long_list_is_sent_once_whatever_is_killed(serve: Any, api: Any) -> None:
    """Each user has one message: sent once, or marked unknown. Memory stays bounded, and the ledger balances."""
    chance = random.Random(SEED)
    async with CountingSink() as sink:
        server = await asyncio.to_thread(lambda: serve(smtp_url=sink.url, claim_s="2"))
        http = api(server)
        await subscribe(http, server.environment["TIDINGS_WRITE_KEY"])
        progress = Progress()
        while not await settled(http, "calls"):
            await progress.rest((await http.get("/ledger")).text)
        began = time.monotonic()
        content = {"title": "News", "body": "Hello"}
        asked = await http.post("/send", json={"message": {"to": {"list_id": "all"}, "content": content}})
        assert asked.status_code == 202, asked.text
        most = await kill_on_the_way(server, sink, chance)
        progress = Progress()
        while len(messages_of(server.data)) < USERS or not await settled(http, "messages"):
            await progress.rest(sink.total)
        took_s = time.monotonic() - began

        ended = messages_of(server.data)
        assert ended.keys() == {f"u{number}" for number in range(USERS)}
        unknown = {user for user, (_, is_unknown) in ended.items() if is_unknown}
        assert max(sink.counted.values()) == 1, "somebody got it twice"
        for number in range(USERS):
            user, came = f"u{number}", sink.counted[email(number)]
            assert user in unknown or (ended[user][0], came) == ("SENT", 1), (user, ended[user], came)
        assert len(unknown) <= KILLS * UNKNOWN_MAX
        most = max(most, *(memory_kib(pid) for pid in server.children().values()))
        assert most < MEMORY_KIB_MAX
        code, said = await asyncio.to_thread(ledger, server)
        assert code == 0, said
        assert await asyncio.to_thread(server.stop) == 0
    figures = f"{USERS - len(unknown)} of {USERS} users sent once, {len(unknown)} marked unknown, {KILLS} kills"
    print(f"seed {SEED}: {figures}; {USERS / took_s:.0f} users/s, {most // 1024} MiB at most")  # noqa: T201
