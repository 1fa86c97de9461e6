"""Every table: whoever needs all of them imports the metadata from here."""

from tidings.backends.sql import tables_content as _content  # noqa: F401 its tables join the metadata
from tidings.backends.sql.tables import metadata

__all__ = ["metadata"]
