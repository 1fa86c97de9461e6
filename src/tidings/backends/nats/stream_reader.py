"""Reading a JetStream stream by place: no server remembers how far we are, so nothing can disagree with our offsets."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import msgspec
from nats.aio.msg import Msg

from tidings.backends.nats import entry_wire
from tidings.backends.nats.api_error import NO_RESPONDERS, NOT_FOUND, body_of, error_of
from tidings.backends.nats.connection import Connection, ConnectionLost
from tidings.backends.nats.stream_plan import StreamPlan
from tidings.errors import Unavailable
from tidings.records import Entry

PULL_MAX = 1000
PULL_BYTES_MAX = 2 * 1024 * 1024
"""One pull's messages come without pause; this is what a reader holds of each partition at most."""

_TRY_S = 2.0
_TRIES = 3


class StreamReader:
    """Pulls many entries at once from any server that has the stream, and holds what was not asked for yet."""

    def __init__(self, connection: Connection, plan: StreamPlan) -> None:
        self._connection = connection
        self._plan = plan
        self._held: dict[int, tuple[int, Sequence[Entry]]] = {}

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read the entries behind an offset, as `tidings.ports.Stream` says."""
        held_after, held = self._held.pop(partition, (0, ()))
        entries = list(held) if held_after == after else []
        total = sum(entry.count for entry in entries)
        while total < max(count_max, 1):
            pulled, is_end = await self._pull(partition, entries[-1].offset if entries else after)
            entries += pulled
            total += sum(entry.count for entry in pulled)
            if is_end:
                break
        taken, rest = _cut(entries, count_max)
        if rest:
            self._held[partition] = (taken[-1].offset, rest)
        return taken

    def forget(self, partition: int) -> None:
        """Let go of what is held of a partition."""
        self._held.pop(partition, None)

    async def last_offset(self, partition: int) -> int:
        """Tell the newest entry's place, or how far it was trimmed when none is left."""
        last = await self.last_entry(partition)
        if last:
            return last
        mark = await self._get({"last_by_subj": self._plan.mark(partition)})
        return int(base64.b64decode(mark["data"])) if mark is not None else 0

    async def last_entry(self, partition: int) -> int:
        """Tell the newest entry's place, 0 when there is none."""
        found = await self._get({"last_by_subj": self._plan.calls(partition)})
        return int(found["seq"]) if found is not None else 0

    async def waiting(self, partition: int, after: int) -> int:
        """Count the entries behind an offset."""
        answers = await self._direct(partition, after, batch=1, max_bytes=1)
        return 1 + int((answers[0].headers or {})["Nats-Num-Pending"]) if len(answers) > 1 else 0

    async def _pull(self, partition: int, after: int) -> tuple[list[Entry], bool]:
        """Read one pull's entries, and whether they are the last for now."""
        answers = await self._direct(partition, after, batch=PULL_MAX, max_bytes=PULL_BYTES_MAX)
        entries = [_entry(message.data, message.headers or {}, partition) for message in answers[:-1]]
        if entries:
            return entries, (answers[-1].headers or {}).get("Nats-Num-Pending", "0") == "0"
        # Any server may have answered, and one that is a moment behind sees nothing yet. The leader knows.
        found = await self._get({"seq": after + 1, "next_by_subj": self._plan.calls(partition)})
        if found is None:
            return [], True
        data = base64.b64decode(found.get("data") or "")
        return [entry_wire.read(data, offset=int(found["seq"]), partition=partition)], True

    async def _direct(self, partition: int, after: int, *, batch: int, max_bytes: int) -> list[Msg]:
        wanted = {"seq": after + 1, "next_by_subj": self._plan.calls(partition), "batch": batch, "max_bytes": max_bytes}
        payload = msgspec.json.encode(wanted)
        server = self._connection.server
        for _ in range(_TRIES):
            try:
                return await self._connection.request_several(
                    f"$JS.API.DIRECT.GET.{self._plan.name}", payload, timeout_s=_TRY_S
                )
            except (ConnectionLost, TimeoutError):
                await asyncio.sleep(0)
        self._connection.leave(server)
        raise Unavailable("the stream at stream_url cannot be read: no server answers in time", retry_after_s=2)

    async def _get(self, wanted: dict[str, Any]) -> Any:
        """Ask the leader for one message; None when there is none."""
        payload = msgspec.json.encode(wanted)
        why = "no answer in time; the cluster may have no quorum"
        for _ in range(_TRIES):
            try:
                answer = await self._connection.request(
                    f"$JS.API.STREAM.MSG.GET.{self._plan.name}", payload, timeout_s=_TRY_S
                )
            except (ConnectionLost, TimeoutError):
                continue
            error = error_of(answer)
            if error is None:
                return body_of(answer)["message"]
            if error.err_code in NOT_FOUND:
                return None
            why = error.description
            if error.err_code == NO_RESPONDERS:
                await asyncio.sleep(0.1)
        raise Unavailable(f"the stream at stream_url cannot be read: {why}", retry_after_s=2)


def _entry(data: bytes, headers: dict[str, str], partition: int) -> Entry:
    return entry_wire.read(data, offset=entry_wire.sequence(headers), partition=partition)


def _cut(entries: list[Entry], count_max: int) -> tuple[list[Entry], list[Entry]]:
    """Cut before the entry that would bring the records to more than `count_max`, but behind the first at least."""
    total = 0
    for index, entry in enumerate(entries):
        total += entry.count
        if index and total > count_max:
            return entries[:index], entries[index:]
    return entries, []
