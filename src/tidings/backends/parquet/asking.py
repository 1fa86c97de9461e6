"""DuckDB over the archive's files: one table, `calls`, and nothing else within reach."""

import tempfile
from collections.abc import Callable, Sequence
from typing import Any, Self

import duckdb
import msgspec
from pyarrow import dataset

from tidings.backends.parquet.columns import SCHEMA
from tidings.errors import InvalidInput, Unavailable
from tidings.records import CallFilter

MEMORY = "512MB"
"""What DuckDB may hold; beyond that it writes to a folder for the moment."""
SLICE_ROWS = 20_000
"""Calls that are sorted, and handed over, together."""
_MINUTE_MS = 60_000
_SETTINGS = {"memory_limit": MEMORY, "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Asking:
    """A connection over some files, for as long as it is open."""

    def __init__(self, files: Any, paths: Sequence[str]) -> None:
        rows = _dataset(files, paths)
        self._spill = tempfile.TemporaryDirectory(prefix="tidings-")
        self._connection = duckdb.connect(":memory:", config={**_SETTINGS, "temp_directory": self._spill.name})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        self._connection.register("calls", rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._connection.close()
        self._spill.cleanup()

    def slices(self, where: CallFilter) -> list[CallFilter]:
        """Cut a filter by time into filters of some thousand calls each; a minute is not cut."""
        clause, values = _clause(where)
        minute = f"epoch_ms(received_at) // {_MINUTE_MS}"
        counted = f"SELECT {minute}, count(*) FROM calls WHERE {clause} GROUP BY 1 ORDER BY 1"
        found: list[CallFilter] = []
        start, rows = where.received_from, 0
        for at, count in self._run(counted, lambda rows: rows.fetchall(), values):
            if rows and rows + count > SLICE_ROWS:
                found.append(msgspec.structs.replace(where, received_from=start, received_before=at * _MINUTE_MS))
                start, rows = at * _MINUTE_MS, 0
            rows += count
        if rows:
            found.append(msgspec.structs.replace(where, received_from=start))
        return found

    def calls(self, where: CallFilter) -> Any:
        """Read the calls that a filter wants, in order, as an Arrow table."""
        clause, values = _clause(where)
        names = ", ".join(f'"{name}"' for name in SCHEMA.names)
        wanted = f"SELECT {names} FROM calls WHERE {clause} ORDER BY received_at, position"
        return self._run(wanted, lambda rows: rows.to_arrow_table(), values).cast(SCHEMA)

    def count(self, where: CallFilter) -> int:
        """Count the calls that a filter wants."""
        clause, values = _clause(where)
        ((count,),) = self._run(f"SELECT count(*) FROM calls WHERE {clause}", lambda rows: rows.fetchall(), values)
        return int(count)

    def interrupt(self) -> None:
        """Let whatever is being asked end at once, with an error."""
        self._connection.interrupt()

    def query(self, sql: str, rows_max: int) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run somebody's query; give the columns' names and the first rows."""
        found: tuple[list[str], list[tuple[Any, ...]]] = self._run(
            sql, lambda rows: (rows.columns, rows.limit(rows_max).fetchall())
        )
        return found

    def _run(self, sql: str, take: Callable[[Any], Any], values: list[Any] | None = None) -> Any:
        """Run a statement; what it gives is computed while it is taken."""
        try:
            rows = self._connection.sql(sql, params=values)
            if rows is not None:
                return take(rows)
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            raise Unavailable(f"the archive cannot be read now: {error}") from error
        except duckdb.Error as error:
            raise InvalidInput(str(error)) from error
        raise InvalidInput("is no query: write SELECT … FROM calls …")


def _dataset(files: Any, paths: Sequence[str]) -> Any:
    try:
        return dataset.dataset(list(paths), filesystem=files, format="parquet", schema=SCHEMA)
    except OSError as error:
        raise Unavailable("a file of the archive is not there: was it merged meanwhile? Try again") from error


def _clause(where: CallFilter) -> tuple[str, list[Any]]:
    clauses = ["received_at >= make_timestamp_ms(?)", "received_at < make_timestamp_ms(?)"]
    values: list[Any] = [where.received_from, where.received_before]
    for column, value in (("source_id", where.source_id), ("name", where.name), ("type", where.type)):
        if value is not None:
            clauses.append(f"{column} = ?")
            values.append(value)
    return " AND ".join(clauses), values
