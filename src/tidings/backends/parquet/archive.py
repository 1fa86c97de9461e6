"""The archive's files, written and read. Everything that takes time does so beside the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tidings.backends.parquet.columns import SCHEMA, calls_of, table_of
from tidings.backends.parquet.folder import Folder
from tidings.errors import Unavailable
from tidings.records import ArchiveFile, CallFilter, Seen

if TYPE_CHECKING:
    from tidings.backends.parquet.asking import Asking

ROW_GROUP = 10_000
"""Rows that a reader finds, or skips, together: about 10 MB."""
_ORDER = [("received_at", "ascending"), ("position", "ascending")]


class ParquetArchive:
    """Parquet files, compressed with Zstandard, each sorted by arrival."""

    def __init__(self, place: str) -> None:
        """Raises `ConfigurationError` for a place that is no folder and no object store."""
        self._folder = Folder(place)

    async def write(self, file: ArchiveFile, calls: Sequence[Seen]) -> ArchiveFile:
        """Write a file with these calls."""
        return await asyncio.to_thread(self._put, file, lambda: table_of(calls))

    async def merge(
        self, into: ArchiveFile, files: Sequence[ArchiveFile], *, without: Collection[str] = ()
    ) -> ArchiveFile:
        """Write a file with all calls of these, in order."""
        return await asyncio.to_thread(self._put, into, lambda: self._merged(files, without))

    async def count(self, file: ArchiveFile, user_keys: Collection[str]) -> int:
        """Count by the column of users alone."""

        def work() -> int:
            keys = self._table(file, ["user_key"]).column("user_key")
            return pc.sum(_is_of(keys, user_keys)).as_py() or 0

        return await asyncio.to_thread(work)

    async def remove(self, file: ArchiveFile) -> None:
        """Remove a file."""
        await asyncio.to_thread(self._folder.remove, file.path)

    async def read(
        self, environment_id: int, files: Sequence[ArchiveFile], where: CallFilter, *, count_max: int
    ) -> AsyncIterator[list[Seen]]:
        """Read calls, slice by slice of time, so that little is held at once."""
        with self._asking(files) as asking:
            for part in await asyncio.to_thread(asking.slices, where):
                table = await asyncio.to_thread(asking.calls, part)
                for batch in table.to_batches(max_chunksize=count_max):
                    yield calls_of(environment_id, batch)

    async def export(self, files: Sequence[ArchiveFile], where: CallFilter, target: str) -> int:
        """Copy calls to a file."""
        from tidings.backends.parquet.exporting import export  # noqa: PLC0415 a worker never exports

        with self._asking(files) as asking:
            return await asyncio.to_thread(export, asking, where, target)

    async def count_calls(self, files: Sequence[ArchiveFile], where: CallFilter, *, timeout_s: float) -> int:
        """Count on a thread; who takes too long is interrupted."""
        with self._asking(files) as asking:
            counting = asyncio.ensure_future(asyncio.to_thread(asking.count, where))
            done, _ = await asyncio.wait({counting}, timeout=timeout_s)
            if not done:
                asking.interrupt()
                await asyncio.wait({counting})
                counting.exception()
                raise Unavailable(f"counting in the archive took more than {timeout_s} seconds")
            return counting.result()

    async def query(
        self, files: Sequence[ArchiveFile], sql: str, *, rows_max: int
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Ask in SQL."""
        with self._asking(files) as asking:
            return await asyncio.to_thread(asking.query, sql, rows_max)

    def _asking(self, files: Sequence[ArchiveFile]) -> "Asking":
        from tidings.backends.parquet.asking import Asking  # noqa: PLC0415 who only writes needs no DuckDB

        return Asking(self._folder.files, [self._folder.full(file.path) for file in files])

    def _put(self, file: ArchiveFile, make: Callable[[], Any]) -> ArchiveFile:
        ends: list[int] = []

        def produce(stream: Any) -> int:
            table = make().sort_by(_ORDER)
            if table.num_rows:
                at = table.column("received_at").cast(pa.int64())
                ends.extend((at[0].as_py() // 1000, at[-1].as_py() // 1000))
                pq.write_table(table, stream, compression="zstd", row_group_size=ROW_GROUP)
            return int(table.num_rows)

        rows, size = self._folder.write(file.path, produce)
        first, last = ends or (0, 0)
        return msgspec.structs.replace(file, rows=rows, bytes=size, first_at=first, last_at=last)

    def _merged(self, files: Sequence[ArchiveFile], without: Collection[str]) -> Any:
        table = pa.concat_tables([self._table(file) for file in files])
        if without:
            table = table.filter(pc.invert(_is_of(table.column("user_key"), without)))
        return table

    def _table(self, file: ArchiveFile, columns: list[str] | None = None) -> Any:
        try:
            with self._folder.open(file.path) as stream:
                return pq.read_table(stream, columns=columns, schema=None if columns else SCHEMA)
        except (OSError, pa.ArrowException) as error:
            raise Unavailable(f"a file of the archive cannot be read: {error}", retry_after_s=10) from error


def _is_of(keys: Any, user_keys: Collection[str]) -> Any:
    return pc.is_in(keys, value_set=pa.array(sorted(user_keys), pa.string()))
