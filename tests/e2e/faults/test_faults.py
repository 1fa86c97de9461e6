"""Whatever goes wrong under load, nothing accepted is lost, nothing is sent twice, and the ledger balances."""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from mischief import Scene, mischief
from pressure import MAPPED, USERS, Pressure
from steady_load import everything
from tiers import TIERS, Open
from world import World

from tidings.testing import SmtpServer
from tidings.testing.http_service import HttpService
from tidings.testing.sms_services import VonageService
from tidings.testing.stands import STANDS

FIRST_SEED = int(os.environ.get("TIDINGS_FAULT_FIRST_SEED", "0"))
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("TIDINGS_FAULT_SEEDS", "1")))
LOAD_S = float(os.environ.get("TIDINGS_FAULT_SECONDS", "8"))
REST_S = 120.0
MEMORY_KIB_MAX = 600 * 1024


def event_id(event: str) -> str:
    """Name an event as maps do."""
    return f"Segment-TrackEvent:{event}"


async def set_up(http: httpx.AsyncClient, sms: HttpService) -> None:
    """Make a profile for every user, an SMS account, and a published template for each mapped event."""
    for number in range(USERS):
        profile = {"email": f"user{number}@example.com", "phone_number": f"+4915123000{number:02d}"}
        await http.post(f"/profiles/user{number}", json={"profile": profile})
    settings = {"base_url": sms.url, "timeout_s": 5, **STANDS["vonage"].settings(sms)}
    account = await http.post("/providers", json={"provider": "vonage", "settings": settings})
    assert account.is_success, account.text
    for event, channel in MAPPED.items():
        elements = [{"type": "meta", "title": "{{call}}"}, {"type": "text", "content": "Thanks"}]
        content = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": channel, "elements": elements}]}
        payload = {"name": event, "tags": [], "brand": None, "subscription": None, "routing": None, "content": content}
        created = await http.post("/notifications", json={"notification": payload})
        template_id = created.json()["id"]
        assert (await http.post(f"/notifications/{template_id}/publish", json={})).is_success
        mapped = await http.put(f"/events/{quote(event_id(event))}", json={"id": template_id, "type": "notification"})
        assert mapped.status_code == 200


async def rest(http: httpx.AsyncClient, pressure: Pressure, world: World) -> list[dict[str, Any]]:
    """Wait until every accepted call is applied and every message has ended; give the log of calls.

    Where the clock is ours, time flies meanwhile: messages wait a minute for their third try.
    """
    said: Any = None
    deadline = time.monotonic() + REST_S
    while True:
        with contextlib.suppress(httpx.HTTPError, KeyError, json.JSONDecodeError):
            before, said = said, (await http.get("/ledger")).json()
            if said != before:
                deadline = time.monotonic() + REST_S
            if not said["calls"]["pending"] and not said["messages"]["pending"]:
                events = await everything(http, "/inbound-events")
                if {event["message_id"] for event in events} >= pressure.accepted.keys():
                    return events
        assert time.monotonic() < deadline, f"no rest: {said}"
        if world.clock is not None:
            world.clock.jump(5)
        await asyncio.sleep(0.5)


def ledger(server: Any) -> tuple[int, str]:
    """Draw up the ledger, row by row, on the command line."""
    command = [sys.executable, "-m", "tidings", "ledger"]
    done = subprocess.run(command, env=server.environment, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 our own program
    return done.returncode, done.stdout + done.stderr


def memory_kib(server: Any) -> int:
    """Read the most memory that one of the living processes has held."""
    most = 0
    for pid in server.children().values():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                most = max(most, int(line.split()[1]))
    return most


async def check(http: httpx.AsyncClient, events: list[dict[str, Any]], pressure: Pressure, scene: Scene) -> None:
    """Compare what was answered 200, what the log says, and what the providers counted."""
    logged = Counter(event["message_id"] for event in events)
    assert pressure.accepted.keys() <= logged.keys(), "accepted calls were lost"
    assert set(logged.values()) == {1}, "a call was applied twice"
    mapped = {event["id"]: event["message_id"] for event in events if event["status"] == "MAPPED"}
    wanted = {call_id for call_id, call in pressure.accepted.items() if call.get("event") in MAPPED}
    assert wanted <= set(mapped.values()), "a mapped call made no message"
    messages = {
        message["id"]: message
        for event in MAPPED
        for message in await everything(http, "/messages", event=event_id(event))
    }
    assert messages.keys() == mapped.keys()
    received = Counter({header.partition("@")[0]: count for (header, _), count in scene.smtp.counted.items()})
    received.update(scene.sms.counted)
    assert max(received.values(), default=0) <= 1, "a message was sent twice"
    for message_id, message in messages.items():
        if message.get("outcome_unknown"):
            continue
        expected = 1 if message["status"] == "SENT" else 0
        closed = message["status"] == "FILTERED" and message["reason"] == "BOUNCED"  # a mail server refused the address
        assert closed or message["status"] in {"SENT", "UNDELIVERABLE"}, message
        assert received.get(message_id, 0) == expected, message
    for number in range(USERS):
        user = f"user{number}"
        profile = (await http.get(f"/profiles/{user}")).json()["profile"]
        own = {event["message_id"] for event in events if event["type"] == "identify" and event["user_id"] == user}
        assert own <= profile.keys(), "an identify is not in its profile"


@pytest.mark.kill
@pytest.mark.timeout(400)
@pytest.mark.parametrize("tier", TIERS.values(), ids=TIERS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_and_nothing_is_sent_twice(
    serve: Any, api: Any, tmp_path: Path, tier: Open, seed: int
) -> None:
    """Every call answered 200 is applied once, every message sent once or marked unknown; the ledger balances."""
    chance = random.Random(seed)
    async with SmtpServer() as smtp, VonageService() as sms, tier(tmp_path, chance) as world:
        machine = {} if world.clock is None else world.clock.environment
        settings = {"smtp_url": smtp.url, "private_urls": "true", "claim_s": "2", **world.settings}
        server = await asyncio.to_thread(lambda: serve(machine, **settings))
        http = api(server)
        await set_up(http, sms)
        pressure = Pressure(server.url, seed)
        scene = Scene(server, smtp, sms, world, chance, [])
        until = time.monotonic() + LOAD_S
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(4):
                    group.create_task(pressure.client(until))
                group.create_task(pressure.official(until))
                group.create_task(mischief(scene, until))
            events = await rest(http, pressure, world)
            assert len(pressure.accepted) > 100
            await check(http, events, pressure, scene)
            code, said = await asyncio.to_thread(ledger, server)
            assert code == 0, said
            assert memory_kib(server) < MEMORY_KIB_MAX
            assert await asyncio.to_thread(server.stop) == 0
        except BaseException as error:
            error.add_note(f"seed {seed}: {scene.told}")
            error.add_note(server.log.read_text()[-4000:])
            raise
