"""What a call looks like as a row of the archive.

The names are Segment's, in the form that SQL reads easily. Times are UTC, to the millisecond.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tidings.records import Record, Seen

_TIME = pa.timestamp("us")  # milliseconds would do, but DuckDB 2.0 has functions that fail on them
SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("source_id", pa.int32()),
        ("type", pa.string()),
        ("name", pa.string()),  # the event of a track, the name of a page or screen
        ("user_key", pa.string()),  # `u:` and the user id, else `a:` and the anonymous id
        ("user_id", pa.string()),
        ("anonymous_id", pa.string()),
        ("group_id", pa.string()),
        ("previous_id", pa.string()),
        ("message_id", pa.string()),
        ("received_at", _TIME),
        ("timestamp", _TIME),
        ("original_timestamp", _TIME),
        ("sent_at", _TIME),
        ("historical", pa.bool_()),
        ("warnings", pa.list_(pa.string())),
        ("body", pa.string()),  # the call as JSON
    ]
)
"""Columns are only ever added, at the end: older files are read as if they had them, empty."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 as Arrow gives times back: without a zone, and UTC
_MILLISECOND = timedelta(milliseconds=1)
_SAME = ("type", "name", "user_key", "user_id", "anonymous_id", "group_id", "previous_id", "message_id", "historical")
_TIMES = ("received_at", "timestamp", "original_timestamp", "sent_at")


def table_of(calls: Sequence[Seen]) -> Any:
    """Make an Arrow table."""
    records = [call.record for call in calls]
    columns: dict[str, list[Any]] = {
        "position": [call.position for call in calls],
        "source_id": [call.source_id for call in calls],
        "warnings": [list(record.warnings) for record in records],
        "body": [record.body.decode() for record in records],
    }
    for name in _SAME:
        columns[name] = [getattr(record, name) for record in records]
    for name in _TIMES:
        columns[name] = [None if (at := getattr(record, name)) is None else at * 1000 for record in records]
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in SCHEMA}, schema=SCHEMA)


def calls_of(environment_id: int, batch: Any) -> list[Seen]:
    """Read calls back from rows."""
    return [Seen(environment_id, row["source_id"], row["position"], _record(row)) for row in batch.to_pylist()]


def _record(row: dict[str, Any]) -> Record:
    times = {name: _milliseconds(row[name]) for name in _TIMES}
    return Record(
        **{name: row[name] for name in _SAME if name != "user_key"},
        **times,
        warnings=tuple(row["warnings"] or ()),
        body=row["body"].encode(),
    )


def _milliseconds(at: datetime | None) -> Any:
    return None if at is None else (at - _EPOCH) // _MILLISECOND
