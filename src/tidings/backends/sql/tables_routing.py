"""The table of routing strategies."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

routing_strategies = Table(
    "routing_strategies",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON: all of it; few, and read whole
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "created", "id"),
)
