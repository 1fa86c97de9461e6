"""The cluster tier's stream: one JetStream stream with a subject for each partition."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from tidings.backends.group_commit import WAITING_BYTES_MAX, WAITING_REQUESTS_MAX, Bounds, GroupCommit
from tidings.backends.nats import entry_wire
from tidings.backends.nats.address import NatsAddress
from tidings.backends.nats.api_error import error_of
from tidings.backends.nats.connection import Connection, ConnectionLost
from tidings.backends.nats.publisher import BATCH_MAX, PATIENCE_S, Outgoing, Publisher
from tidings.backends.nats.stream_plan import StreamPlan, find_or_make
from tidings.backends.nats.stream_reader import StreamReader
from tidings.errors import TooLarge, Unavailable
from tidings.records import Append, Entry

GROUP_BYTES_MAX = 4 * 1024 * 1024
"""Keeps a group to some milliseconds of network and disk."""

AT_ONCE = 2
"""While one group is being agreed on, the next is on its way; more would only make the groups smaller."""

_HEADERS_BYTES = 512
_PURGE_S = 20.0


class JetStream:
    """`tidings.ports.Stream` on NATS JetStream.

    A message is an entry, its sequence is the offset. A group of appends is one atomic batch, so the cluster keeps each
    request whole, and in one piece.
    """

    def __init__(
        self, connection: Connection, plan: StreamPlan, *, is_owner: bool, bounds: Bounds, patience_s: float
    ) -> None:
        """Not for callers: `open` prepares the stream."""
        self._connection = connection
        self._plan = plan
        self._is_owner = is_owner
        self._publisher = Publisher(connection, has_copies=plan.replicas > 1, patience_s=patience_s)
        self._reader = StreamReader(connection, plan)
        self._group = GroupCommit(self._commit, bounds)

    @classmethod
    async def open(
        cls,
        place: NatsAddress | Connection,
        *,
        partitions: int = 16,
        bytes_max: int = 0,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
        waiting_requests_max: int = WAITING_REQUESTS_MAX,
        patience_s: float = PATIENCE_S,
    ) -> "JetStream":
        """Open the stream, making it if need be; one that stands keeps its number of partitions.

        A connection that is handed in stays its owner's. `bytes_max` bounds the stream (0: the servers do): beyond it,
        appends raise `Unavailable` until entries are trimmed. Raises `ConfigurationError` and `Unavailable`.
        """
        connection = place if isinstance(place, Connection) else await Connection.open(place)
        try:
            plan = await find_or_make(connection, partitions=partitions, bytes_max=bytes_max)
        except BaseException:
            if connection is not place:
                await connection.close()
            raise
        bounds = Bounds(BATCH_MAX, GROUP_BYTES_MAX, AT_ONCE, waiting_bytes_max, waiting_requests_max)
        return cls(connection, plan, is_owner=connection is not place, bounds=bounds, patience_s=patience_s)

    @property
    def partitions(self) -> int:
        """How many partitions the stream was made with."""
        return self._plan.partitions

    @property
    def trouble(self) -> str:
        """Say why appends are refused; empty when the last one was kept."""
        return self._group.trouble.words

    async def append(self, appends: Sequence[Append]) -> None:
        """Join the next batch and wait for the cluster's acknowledgement.

        A caller that is cancelled meanwhile does not take the append back: it may have been kept. So may one that is
        refused because no acknowledgement came in time; its repetition counts once, by the calls' own ids.
        """
        for append in appends:
            self._check(append.partition)
            size = len(append.records) + entry_wire.HEAD_BYTES + _HEADERS_BYTES
            if size > self._connection.max_payload:
                raise TooLarge(
                    f"the NATS servers take messages of {self._connection.max_payload} bytes, got {size}",
                    code="request_too_large",
                )
        await self._group.append(appends)

    async def _commit(self, appends: Sequence[Append]) -> None:
        await self._publisher.publish(
            [Outgoing(self._plan.calls(append.partition), entry_wire.write(append)) for append in appends]
        )

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read from any server that has the stream, and look with the leader before saying that there is nothing."""
        self._use(partition)
        return await self._reader.read(partition, after, count_max=count_max)

    async def last_offset(self, partition: int) -> int:
        """Ask the leader for the newest entry, else for how far the partition was trimmed."""
        self._use(partition)
        return await self._reader.last_offset(partition)

    async def waiting(self, partition: int, after: int) -> int:
        """Count the entries behind an offset."""
        self._use(partition)
        return await self._reader.waiting(partition, after)

    async def trim(self, partition: int, through: int) -> int:
        """Purge the partition's subject; before its last entry goes, its place is written down."""
        self._use(partition)
        self._reader.forget(partition)
        last = await self._reader.last_entry(partition)
        if not last:
            return 0
        if through < last:
            return await self._purge(partition, before=through + 1)
        purged = await self._purge(partition, before=last)  # first, so that a full stream has room for the mark
        await self._ask(self._plan.mark(partition), str(last).encode(), headers={"Nats-Rollup": "sub"})
        return purged + await self._purge(partition, before=last + 1)

    async def _purge(self, partition: int, *, before: int) -> int:
        wanted = {"filter": self._plan.calls(partition), "seq": before}
        answer = await self._ask(f"$JS.API.STREAM.PURGE.{self._plan.name}", msgspec.json.encode(wanted))
        return int(msgspec.json.decode(answer)["purged"])

    async def close(self) -> None:
        """Finish what was appended, then disconnect. Safe to call twice."""
        await self._group.close()
        if self._is_owner:
            await self._connection.close()

    async def _ask(self, subject: str, payload: bytes, headers: dict[str, str] | None = None) -> bytes:
        with suppress(ConnectionLost, TimeoutError):
            answer = await self._connection.request(subject, payload, headers=headers, timeout_s=_PURGE_S)
            if error := error_of(answer):
                raise Unavailable(f"the stream cannot be trimmed: {error.description}", retry_after_s=5)
            return answer.data
        raise Unavailable("the stream cannot be trimmed: the cluster does not answer in time", retry_after_s=5)

    def _check(self, partition: int) -> None:
        if not 0 <= partition < self._plan.partitions:
            raise ValueError(f"partition must be 0 to {self._plan.partitions - 1}, got {partition}")

    def _use(self, partition: int) -> None:
        self._check(partition)
        if self._group.is_closed:
            raise Unavailable("the stream is closed")
