"""Clients as Segment's libraries behave: the same request again until it is answered 200."""

import asyncio
import random
from collections import Counter
from typing import Any

import msgspec
from perils import Perils

from tidings.clock import Clock
from tidings.ids import request_id
from tidings.ingest import pack
from tidings.ports import Stream, Wakeup
from tidings.records import Record
from tidings.templates import TemplateVersion

MAPPED = "Order Completed"
TEMPLATE = "nt_order"
TEMPLATE_VERSION = TemplateVersion(
    template_id=TEMPLATE,
    version=1,
    name="Order",
    content={
        "version": "2022-01-01",
        "elements": [
            {
                "type": "channel",
                "channel": "email",
                "elements": [{"type": "meta", "title": "Hi"}, {"type": "text", "content": "Thanks"}],
            }
        ],
    },
)
USERS = ("ann", "bob", "eve", "joe")
START_MS = 1_767_268_800_000
LONG_AGO_MS = 100 * 3_600_000


class Calls:
    """Makes up calls; now and then one that was made before."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.made: list[dict[str, Any]] = []

    def request(self) -> list[dict[str, Any]]:
        """Make up a request of some calls."""
        return [self._call() for _ in range(self._chance.choice([1, 1, 2, 5]))]

    def _call(self) -> dict[str, Any]:
        if self.made and self._chance.random() < 0.15:
            return self._chance.choice(self.made)
        kinds = ["identify"] * 3 + ["track"] * 6 + ["unmapped", "page", "send", "old", "bad"]
        kind, number = self._chance.choice(kinds), len(self.made)
        call = {"kind": kind, "user": self._chance.choice(USERS), "id": f"call-{number}"}
        if kind == "send":
            call["id"] = request_id(START_MS)[:11] + f"{number:024x}"
        self.made.append(call)
        return call


def record_of(call: dict[str, Any], now: int) -> Record:
    """Stamp a call, as the front door does."""
    kind, user = call["kind"], call["user"]
    bodies = {
        "identify": {"traits": {"email": f"{user}@example.com", call["id"]: True}},
        "send": {"to": {"user_id": user}, "template": TEMPLATE},
    }
    track = kind in {"track", "unmapped", "old"}
    return Record(
        type="track" if track or kind == "bad" else kind,
        message_id=call["id"],
        user_id=user,
        anonymous_id=None,
        name={"unmapped": "Nobody Cares"}.get(kind, MAPPED) if track else None,
        timestamp=now - (LONG_AGO_MS if kind == "old" else 0),
        received_at=now,
        body=msgspec.json.encode(bodies.get(kind, {"properties": {}})),
        discarded="event_not_defined" if kind == "bad" else "",
        detail="no name" if kind == "bad" else "",
    )


class Door:
    """The front door's part: stamps, appends, answers. Counts what the stream really kept."""

    def __init__(self, *, stream: Stream, wakeup: Wakeup, clock: Clock, perils: Perils) -> None:
        self._stream = stream
        self._wakeup = wakeup
        self._clock = clock
        self._perils = perils
        self.kept: Counter[int] = Counter()
        """Records by environment."""
        self.answered: dict[int, dict[str, dict[str, Any]]] = {1: {}, 2: {}}
        """Calls that were answered 200, by environment and id."""

    async def deliver(self, calls: list[dict[str, Any]], environment_id: int) -> None:
        """Send a request until it is answered."""
        while not await self._accepted(calls, environment_id):
            await asyncio.sleep(0.1)
        self.answered[environment_id] |= {call["id"]: call for call in calls}

    async def _accepted(self, calls: list[dict[str, Any]], environment_id: int) -> bool:
        odds = self._perils.odds
        now = self._clock.now_ms()
        if self._perils.strikes(odds.outage_before):
            return False
        await self._stream.append(
            pack(
                [record_of(call, now) for call in calls],
                environment_id=environment_id,
                source_id=environment_id,
                received_at=now,
                partitions=self._stream.partitions,
            )
        )
        self.kept[environment_id] += len(calls)
        self._wakeup.wake("stream")
        return not self._perils.strikes(odds.outage_after)  # kept, and the connection broke before the answer
