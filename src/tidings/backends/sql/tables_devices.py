"""The table of devices."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

device_tokens = Table(
    "device_tokens",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("token", Words, nullable=False),
    Column("service", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("status_reason", Words, nullable=False),
    Column("expires_at", BigInteger),  # NULL: never
    Column("said", LargeBinary, nullable=False),  # JSON
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_id", "token"),
)
