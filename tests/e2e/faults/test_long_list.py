"""A send to a long list by two accounts, of which one fails as it likes, while the worker is killed on the way.

Everybody gets it once, by one or the other, or is marked unknown.
"""

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
import msgspec
import pytest
from counting_sink import CountingSink
from test_faults import MEMORY_KIB_MAX, ledger
from wrong_clock import WrongClock, wrong_clock

from tidings.messages import Outcome, RetryLater, Sent, Unknown
from tidings.testing.email_services import PostmarkService
from tidings.testing.http_service import HttpMood, ServiceAnswer, ServiceRequest
from tidings.testing.stands import STANDS

USERS = int(os.environ.get("TIDINGS_LIST_USERS", "400"))
KILLS = int(os.environ.get("TIDINGS_LIST_KILLS", "2"))
FAULTY = os.environ.get("TIDINGS_LIST_FAULTS", "1") == "1"
"""Whether there is an account that fails; without it, all mails go to the server that does not."""
SEED = int(os.environ.get("TIDINGS_FAULT_FIRST_SEED", "0"))
UNKNOWN_MAX = 150
"""Of one kill: what one account of a worker has under way."""
CONVERSATIONS_MAX, BATCH_MAX = 8, 100
"""With the mail server at once, and on record together: so long as a batch is on record and not yet noted as begun, a
kill leaves all of it unknown, which takes far less than a millisecond."""
PATIENCE_S = 120.0
"""Without any progress."""
REFUSALS = (
    HttpMood.OUTAGE,
    HttpMood.BROKEN,
    HttpMood.RATE_LIMIT,
    HttpMood.RATE_LIMIT_BARE,
    HttpMood.RESET_BEFORE,
)
MOODS = (*REFUSALS, *REFUSALS, HttpMood.RESET_AFTER, HttpMood.HANG, HttpMood.OK, HttpMood.OK)
_outcome = msgspec.json.Decoder(Outcome)


class Moody(PostmarkService):
    """The account that is asked first: mostly it fails, each time in another way, and now and then it works."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.mood = HttpMood.OUTAGE
        self.unanswered = 0
        """Requests of which nobody can know what came of them."""
        self._chance = chance

    def judge(self, request: ServiceRequest) -> tuple[HttpMood, ServiceAnswer]:
        """Count those that get no answer."""
        mood, answer = super().judge(request)
        self.unanswered += mood in {HttpMood.HANG, HttpMood.RESET_AFTER}
        return mood, answer

    async def run(self) -> None:
        """Change, again and again."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.1, 0.4))
            self.mood = self._chance.choice(MOODS)


class Ended(msgspec.Struct, frozen=True):
    """What is on record of one recipient's one message."""

    id: str
    status: str
    unknown: bool
    provider: str | None
    attempts: tuple[tuple[str, Outcome | None], ...] = ()
    """Whom it was handed to, in order, and what came of it."""


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


async def kill_on_the_way(server: Any, sink: CountingSink, moody: Moody, chance: random.Random) -> int:
    """Kill -9 the worker when so many have come, at moments that the seed names; tell the most memory it had."""
    most, progress = 0, Progress()
    surely_come = max(USERS - KILLS * UNKNOWN_MAX, USERS // 4)
    for moment in sorted(chance.sample(range(1, surely_come), KILLS)):
        while (come := sink.total + moody.counted.total()) < moment:
            await progress.rest(come)
        while "worker" not in server.children():
            await progress.rest(come)
        pid = server.children()["worker"]
        with contextlib.suppress(OSError):
            most = max(most, memory_kib(pid))
            os.kill(pid, signal.SIGKILL)
    return most


async def everything_ended(
    server: Any, http: httpx.AsyncClient, sink: CountingSink, moody: Moody, clock: WrongClock | None
) -> None:
    """Wait for the rest. While nothing comes, time flies, where the clock is ours: some wait to be asked again."""
    moody.mood = HttpMood.OK
    progress, before = Progress(), 0
    while count_messages(server.data) < USERS or not await settled(http, "messages"):
        await progress.rest(come := sink.total + moody.counted.total())
        if clock is not None and come == before and not moody.in_flight:
            clock.jump(5)
        before = come
        await asyncio.sleep(0.5)


def count_messages(data: Path) -> int:
    """Tell how many messages there are."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'state.db'}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM messages").fetchone()
    return int(count)


def messages_of(data: Path) -> dict[str, Ended]:
    """Read each recipient's one message, and what was tried."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'state.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT recipient, id, status, outcome_unknown, provider FROM messages").fetchall()
        tried: dict[str, list[tuple[str, Outcome | None]]] = {}
        query = "SELECT message_id, number, provider, outcome FROM attempts ORDER BY message_id, number"
        for message_id, number, provider, outcome in database.execute(query):
            made = tried.setdefault(message_id, [])
            made.append((provider, outcome and _outcome.decode(outcome)))
            assert len(made) == number, "an attempt is missing"
    assert len({row[0] for row in rows}) == len(rows), "somebody has two messages"
    return {
        recipient: Ended(message_id, status, bool(unknown), provider, tuple(tried.get(message_id, ())))
        for recipient, message_id, status, unknown, provider in rows
    }


def check(user: str, ended: Ended, mails: int, posted: int) -> None:
    """See that a message was sent once, by whom it says, or is marked unknown; and that each attempt is on record."""
    note = (user, ended, mails, posted)
    assert mails + posted <= 1, note
    assert all(outcome is not None for _, outcome in ended.attempts), note
    if ended.unknown:
        assert isinstance(ended.attempts[-1][1], Unknown), note
        return
    *before, (provider, last) = ended.attempts
    assert (ended.status, ended.provider) == ("SENT", provider), note
    assert isinstance(last, Sent), note
    assert (mails, posted) == ((1, 0) if provider == "smtp" else (0, 1)), note
    assert all(isinstance(outcome, RetryLater) for _, outcome in before), note


@pytest.mark.kill
@pytest.mark.timeout(3600)
async def test_a_long_list_is_sent_once_whatever_is_killed(serve: Any, api: Any, tmp_path: Path) -> None:
    """Each user has one message: sent once, or marked unknown. What one account does not take, the other does.

    Memory stays bounded, and the ledger balances.
    """
    chance = random.Random(SEED)
    async with CountingSink() as sink, Moody(random.Random(SEED)) as moody:
        settings = {"smtp_url": sink.url, "claim_s": "2", "private_urls": "true", "email_from": "shop@example.com"}
        clock = wrong_clock(tmp_path / "clock")
        machine = {} if clock is None else clock.environment
        server = await asyncio.to_thread(lambda: serve(machine, **settings))
        http = api(server)
        if FAULTY:
            account = {"base_url": moody.url, "timeout_s": 1, **STANDS["postmark"].settings(moody)}
            stored = await http.post("/providers", json={"provider": "postmark", "settings": account})
            assert stored.is_success, stored.text
        await subscribe(http, server.environment["TIDINGS_WRITE_KEY"])
        progress = Progress()
        while not await settled(http, "calls"):
            await progress.rest((await http.get("/ledger")).text)
        began = time.monotonic()
        content = {"title": "News", "body": "Hello"}
        message = {"to": {"list_id": "all"}, "content": content, "timeout": {"provider": {"postmark": 1000}}}
        asked = await http.post("/send", json={"message": message})
        assert asked.status_code == 202, asked.text
        changing = asyncio.create_task(moody.run())
        try:
            most = await kill_on_the_way(server, sink, moody, chance)
        finally:
            changing.cancel()
        await everything_ended(server, http, sink, moody, clock)
        took_s = time.monotonic() - began

        ended = messages_of(server.data)
        assert ended.keys() == {f"u{number}" for number in range(USERS)}
        for number in range(USERS):
            one = ended[f"u{number}"]
            check(f"u{number}", one, sink.counted[email(number)], moody.counted[one.id])
        unknown = {user for user, each in ended.items() if each.unknown}
        received = {user for user in unknown if sink.counted[f"{user}@example.com"] or moody.counted[ended[user].id]}
        failed_over = sum(
            {provider for provider, _ in each.attempts} == {"postmark", "smtp"} for each in ended.values()
        )
        assert failed_over > 0 or not FAULTY
        assert len(unknown) <= KILLS * UNKNOWN_MAX + moody.unanswered
        mailed = [user for user in unknown if ended[user].attempts[-1][0] == "smtp"]
        assert len(mailed) <= KILLS * CONVERSATIONS_MAX + BATCH_MAX
        most = max(most, *(memory_kib(pid) for pid in server.children().values()))
        assert most < MEMORY_KIB_MAX
        code, said = await asyncio.to_thread(ledger, server)
        assert code == 0, said
        assert await asyncio.to_thread(server.stop) == 0
    figures = (
        f"{USERS - len(unknown)} of {USERS} users sent once, {failed_over} by the other account after a fault, "
        f"{len(unknown)} marked unknown of whom {len(received)} got it, {moody.unanswered} left without an answer, "
        f"{KILLS} kills"
    )
    print(f"seed {SEED}: {figures}; {USERS / took_s:.0f} users/s, {most // 1024} MiB at most")  # noqa: T201
