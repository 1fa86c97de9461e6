"""Copying calls out of the archive, into a file that other tools read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from tidings.backends.parquet.asking import Asking
from tidings.backends.parquet.columns import SCHEMA, calls_of
from tidings.errors import InvalidInput
from tidings.forwarding.normalise import normalised
from tidings.records import CallFilter

_FLAT = pa.schema([pa.field(each.name, pa.string()) if each.name == "warnings" else each for each in SCHEMA])


def export(asking: Asking, where: CallFilter, target: str) -> int:
    """Copy what a filter wants, in order; return how many.

    `.parquet` and `.csv` have the archive's columns; `.jsonl` has calls as destinations see them. Raises
    `InvalidInput` for another ending.
    """
    writers: dict[str, Callable[[Any, Any], int]] = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}
    path = Path(target)
    write = writers.get(path.suffix)
    if write is None:
        raise InvalidInput(f"must end in {', '.join(writers)}, not {path.name!r}")
    tables = (asking.calls(part) for part in asking.slices(where))
    with path.open("wb") as file:
        return write(file, tables)


def _parquet(file: Any, tables: Any) -> int:
    rows = 0
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
            rows += table.num_rows
    return rows


def _csv(file: Any, tables: Any) -> int:
    rows = 0
    with csv.CSVWriter(file, _FLAT) as writer:
        for table in tables:
            warnings = [",".join(each or ()) for each in table.column("warnings").to_pylist()]
            at = SCHEMA.get_field_index("warnings")
            writer.write_table(table.set_column(at, _FLAT.field(at), pa.array(warnings, pa.string())))
            rows += table.num_rows
    return rows


def _jsonl(file: Any, tables: Any) -> int:
    rows = 0
    for table in tables:
        for call in calls_of(0, table):
            file.write(msgspec.json.encode(normalised(call.record)) + b"\n")
            rows += 1
    return rows
