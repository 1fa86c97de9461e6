"""Tables of lists, and of requests to many."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    text,
)

from tidings.backends.sql.tables import Words, metadata

lists = Table(
    "lists",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("preferences", LargeBinary),  # JSON
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("deleted", BigInteger),  # a deleted list keeps its subscribers, to be restored with them
    PrimaryKeyConstraint("environment_id", "id"),
)

list_subscriptions = Table(
    "list_subscriptions",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("list_id", Words, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("preferences", LargeBinary),  # JSON
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "list_id", "user_id"),
    Index(None, "environment_id", "user_id", "list_id"),
)

taken_requests = Table(
    "taken_requests",  # requests to send by the id that was answered, whoever they are for: each is done once
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
)

expansions = Table(
    "expansions",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # `message` of the request, which its messages share
    Column("cursor", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("turn", BigInteger, nullable=False),  # when it was last its turn: the longest waiting comes next
    Column("finished", BigInteger),
    Column("canceled", Boolean, nullable=False),
    Column("lane", Words, nullable=False, server_default=""),  # of its messages in `due`
    PrimaryKeyConstraint("environment_id", "id"),
    Index(
        "ix_expansions_waiting",
        "priority",
        "turn",
        sqlite_where=text("finished IS NULL"),
        postgresql_where=text("finished IS NULL"),
    ),
)
