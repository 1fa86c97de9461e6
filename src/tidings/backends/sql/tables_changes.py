"""Tables of what people changed of messages."""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

archived_requests = Table(
    "archived_requests",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("request_id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "request_id"),
)

redrives = Table(
    "redrives",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("new_id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id"),
)
