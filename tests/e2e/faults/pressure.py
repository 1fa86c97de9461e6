"""Load: the official Segment client, and clients that remember exactly what was answered 200."""

import asyncio
import contextlib
import logging
import random
import time
from typing import Any

import httpx
import segment.analytics.client as segment

MAPPED = {"Order Completed": "email", "Order Shipped": "sms"}
"""Events that become messages, and by which channel."""
USERS = 20
PAUSE_S = 0.02
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


class Pressure:
    """What was sent, and what was answered 200.

    It presses hard enough that something is always under way, and no harder: what is proven needs no flood.
    """

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self.random = random.Random(seed)
        self.accepted: dict[str, dict[str, Any]] = {}
        self._made = 0

    def call(self) -> dict[str, Any]:
        """Make up a call."""
        self._made += 1
        call: dict[str, Any] = {"userId": f"user{self.random.randrange(USERS)}", "messageId": f"call-{self._made}"}
        match self.random.randrange(5):
            case 0 | 1:
                event = self.random.choice(list(MAPPED))
                return {**call, "type": "track", "event": event, "properties": {"call": call["messageId"]}}
            case 2:
                return {**call, "type": "track", "event": "Nobody Maps This", "properties": {}}
            case 3:
                return {**call, "type": "group", "groupId": "acme"}
            case _:
                return {**call, "type": "identify", "traits": {call["messageId"]: True}}

    async def client(self, until: float) -> None:
        """Send requests, each again until it is answered 200, as libraries do."""
        async with httpx.AsyncClient(base_url=self.url, auth=(WRITE_KEY, ""), timeout=5) as http:
            while time.monotonic() < until:
                calls = [self.call() for _ in range(self.random.choice([1, 1, 3, 20]))]
                path = "/v1/batch" if len(calls) > 1 else f"/v1/{calls[0]['type']}"
                body = {"batch": calls} if len(calls) > 1 else calls[0]
                if await _deliver(http, path, body, until + 30):
                    self.accepted |= {call["messageId"]: call for call in calls}
                await asyncio.sleep(PAUSE_S)

    async def official(self, until: float) -> None:
        """Let Segment's own library send, retry and give up."""
        lost: set[str] = set()
        logging.getLogger("segment").setLevel(logging.CRITICAL)  # it tells of each retry
        client = segment.Client(
            WRITE_KEY,
            host=self.url,
            timeout=5,
            upload_interval=0.05,
            max_retries=4,
            on_error=lambda _error, batch: lost.update(call["messageId"] for call in batch),
        )
        sent: dict[str, dict[str, Any]] = {}
        while time.monotonic() < until:
            call = self.call()
            sent[call["messageId"]] = call
            _tell(client, call)
            await asyncio.sleep(0.01)
        await asyncio.to_thread(client.flush)
        await asyncio.to_thread(client.join)
        self.accepted |= {call_id: call for call_id, call in sent.items() if call_id not in lost}


async def _deliver(http: httpx.AsyncClient, path: str, body: Any, until: float) -> bool:
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            answer = await http.post(path, json=body)
            if answer.status_code == 200:
                return True
            assert answer.status_code in {429, 500, 503}, answer.text
        await asyncio.sleep(0.05)
    return False


def _tell(client: segment.Client, call: dict[str, Any]) -> None:
    user, message_id = call["userId"], call["messageId"]
    match call["type"]:
        case "track":
            client.track(user, call["event"], call["properties"], message_id=message_id)
        case "group":
            client.group(user, call["groupId"], {}, message_id=message_id)
        case _:
            client.identify(user, call["traits"], message_id=message_id)
