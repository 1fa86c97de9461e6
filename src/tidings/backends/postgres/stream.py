"""The stream of the tier of one database: a table, filled by many and read in the order of its commits."""

from collections.abc import Callable, Sequence

from tidings.backends.group_commit import WAITING_BYTES_MAX, WAITING_REQUESTS_MAX, Bounds, GroupCommit
from tidings.backends.postgres import stream_tables as tables
from tidings.backends.postgres.session import Session
from tidings.errors import Unavailable
from tidings.records import Append, Entry

GROUP_APPENDS_MAX = 4096
GROUP_BYTES_MAX = 4 * 1024 * 1024
"""Keeps a commit to some milliseconds, so that nobody waits long behind large requests."""

PATIENCE_S = 5.0
"""How long to wait for others' commits, each of which takes milliseconds; clients of the door wait ten or more."""

_WAITING_MAX = 1_000_000


class PostgresStream:
    """`tidings.ports.Stream` in a database of PostgreSQL.

    Any number of processes may use it. A group of appends is one statement and one commit. Its partitions' locks are
    held until that commit, so whoever draws later offsets commits later, and a reader can never pass an entry that is
    still to appear.
    """

    def __init__(
        self,
        new_session: Callable[[str], Session],
        *,
        partitions: int,
        bytes_max: int,
        bounds: Bounds,
        patience_s: float,
    ) -> None:
        """Not for callers: `open` prepares the tables."""
        self._partitions = partitions
        self._bytes_max = bytes_max
        limits = f"SET lock_timeout = {int(patience_s * 1000)}; SET statement_timeout = {int(patience_s * 2000)}"
        self._writer = new_session(f"{limits}; {_DURABLE}")
        self._reader = new_session(limits)
        self._trimmer = new_session(limits)
        self._group = GroupCommit(self._commit, bounds)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        setting: str = "database_url",
        partitions: int = 16,
        bytes_max: int = 0,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
        waiting_requests_max: int = WAITING_REQUESTS_MAX,
        patience_s: float = PATIENCE_S,
    ) -> "PostgresStream":
        """Open the stream, making its tables if need be; one that stands keeps its number of partitions.

        `bytes_max` bounds what is kept (0: the disk does): beyond it, appends raise `Unavailable` until entries are
        trimmed. Raises `ConfigurationError` and `Unavailable`, which name the `setting` that holds the URL.
        """
        session = Session(url, setting=setting)
        try:
            found = await session.run(lambda connection: tables.find_or_make(connection, partitions=partitions))
        finally:
            await session.close()
        bounds = Bounds(GROUP_APPENDS_MAX, GROUP_BYTES_MAX, 1, waiting_bytes_max, waiting_requests_max)

        def new_session(settings: str) -> Session:
            return Session(url, settings=settings, setting=setting, is_known=True)

        return cls(new_session, partitions=found, bytes_max=bytes_max, bounds=bounds, patience_s=patience_s)

    @property
    def partitions(self) -> int:
        """How many partitions the stream was made with."""
        return self._partitions

    @property
    def trouble(self) -> str:
        """Say why appends are refused; empty when the last one was kept."""
        return self._group.trouble.words

    async def append(self, appends: Sequence[Append]) -> None:
        """Join the next commit and wait for it.

        A caller that is cancelled meanwhile does not take the append back: it may have been kept. So may one that is
        refused because the connection broke in the middle of a commit; its repetition counts once, by the calls' ids.
        """
        for append in appends:
            self._check(append.partition)
        await self._group.append(appends)

    async def _commit(self, appends: Sequence[Append]) -> None:
        columns = (
            [append.partition for append in appends],
            [append.environment_id for append in appends],
            [append.source_id for append in appends],
            [append.received_at for append in appends],
            [append.count for append in appends],
            [append.records for append in appends],
        )
        kept = await self._writer.run(lambda connection: connection.fetchval(tables.APPEND, *columns, self._bytes_max))
        if not kept:
            raise Unavailable(
                "the stream is full: let the workers catch up, or raise stream_bytes_max", retry_after_s=5
            )

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read what is committed, without waiting for writers."""
        self._use(partition)
        count_max = max(count_max, 1)
        rows = await self._reader.run(lambda connection: connection.fetch(tables.READ, partition, after, count_max))
        return [
            Entry(
                offset=offset,
                partition=partition,
                environment_id=environment_id,
                source_id=source_id,
                received_at=received_at,
                count=count,
                records=records,
            )
            for offset, environment_id, source_id, received_at, count, records in rows
        ]

    async def last_offset(self, partition: int) -> int:
        """Look at the newest entry, else at how far the partition was trimmed."""
        self._use(partition)
        return int(await self._reader.run(lambda connection: connection.fetchval(tables.LAST_OFFSET, partition)))

    async def waiting(self, partition: int, after: int) -> int:
        """Count the entries behind an offset, up to a million."""
        self._use(partition)
        counted = await self._reader.run(
            lambda connection: connection.fetchval(tables.WAITING, partition, after, _WAITING_MAX)
        )
        return int(counted)

    async def trim(self, partition: int, through: int) -> int:
        """Delete in short transactions; when it is interrupted, trimming again does the rest."""
        self._use(partition)
        total = 0
        while count := await self._trimmer.run(
            lambda connection: connection.fetchval(tables.TRIM, partition, min(through, _OFFSET_MAX))
        ):
            total += int(count)
        return total

    async def close(self) -> None:
        """Finish what was appended, then disconnect. Safe to call twice."""
        await self._group.close()
        for session in (self._writer, self._reader, self._trimmer):
            await session.close()

    def _check(self, partition: int) -> None:
        if not 0 <= partition < self._partitions:
            raise ValueError(f"partition must be 0 to {self._partitions - 1}, got {partition}")

    def _use(self, partition: int) -> None:
        self._check(partition)
        if self._group.is_closed:
            raise Unavailable("the stream is closed")


async def look(url: str, *, setting: str) -> int | None:
    """Tell how many partitions the stream has, and change nothing; None when it was not made yet. Raises as `open`."""
    session = Session(url, setting=setting)
    try:
        return await session.run(tables.partitions_of)
    finally:
        await session.close()


_OFFSET_MAX = 2**63 - 1

_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""An accepted call is on disk, whatever the database's own default is; stricter ones are left as they are."""
