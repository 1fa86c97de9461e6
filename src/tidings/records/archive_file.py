"""A file of the archive, and which calls a reader wants of it."""

from datetime import date, timedelta

import msgspec

DAY_MS = 86_400_000
_FIRST_DAY = date(1970, 1, 1)


class ArchiveFile(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one environment that were received on one day (UTC). Times are milliseconds."""

    environment_id: int
    day: int
    """Days since 1970."""
    name: str
    """Derives from what is in it, so that whoever writes the same again writes the same file."""
    rows: int = 0
    bytes: int = 0
    first_at: int = 0
    """When the first of its calls was received."""
    last_at: int = 0

    @property
    def path(self) -> str:
        """Where it lies in the archive, as Hive, Spark and DuckDB name partitions."""
        return f"environment={self.environment_id}/day={date_of(self.day)}/{self.name}.parquet"


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which archived calls of an environment are meant. Times are milliseconds, of the arrival."""

    received_from: int
    received_before: int
    source_id: int | None = None
    name: str | None = None
    """The event of a track, the name of a page or screen."""
    type: str | None = None

    @property
    def days(self) -> range:
        """The days that it touches."""
        return range(self.received_from // DAY_MS, -(-self.received_before // DAY_MS))


def date_of(day: int) -> str:
    """Write a day as `2026-01-31`."""
    return (_FIRST_DAY + timedelta(days=day)).isoformat()
