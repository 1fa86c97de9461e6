"""The table of the archive's files."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, text

from tidings.backends.sql.tables import Words, metadata

archive_files = Table(
    "archive_files",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("day", Integer, nullable=False),  # days since 1970
    Column("name", Words, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("doomed_at", BigInteger),  # when it is removed; NULL while it counts
    PrimaryKeyConstraint("environment_id", "day", "name"),
    Index(
        "ix_archive_files_doomed",
        "doomed_at",
        sqlite_where=text("doomed_at IS NOT NULL"),
        postgresql_where=text("doomed_at IS NOT NULL"),
    ),
)
