"""Tables of what people changed of messages."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

message_tags = Table(
    "message_tags",  # what senders say messages are to be found by; most messages have none
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("tag", Words, nullable=False),
    Column("enqueued", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id", "tag"),
    Index("ix_message_tags_tag", "environment_id", "tag", "enqueued", "message_id"),
)

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
