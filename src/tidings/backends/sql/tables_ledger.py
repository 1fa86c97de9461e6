"""The tables of what an installation knows of itself: what it is, and what it has counted."""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, SmallInteger, Table

from tidings.backends.sql.tables import Words, metadata

installation = Table(
    "installation",  # one row
    metadata,
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("counted_from", Integer, nullable=False),  # the first hour (since 1970) that was counted from its beginning
    Column("events_from", Integer, nullable=False, server_default="0"),  # rows of earlier hours were forgotten
    Column("messages_from", Integer, nullable=False, server_default="0"),
    Column("home", Words),  # where it lives; elsewhere it is a copy. NULL until the first start
    Column("held_at", BigInteger),  # since when nothing is sent; NULL while it may be
    Column("held_because", Words),
)

# Who adds to a count holds its row until the commit, so each partition, and each process, has rows of its own.

call_counts = Table(
    "call_counts",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("hour", Integer, nullable=False),  # since 1970, of the arrival
    Column("partition", SmallInteger, nullable=False),
    Column("word", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "hour", "partition", "word", "reason"),
)

message_counts = Table(
    "message_counts",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("hour", Integer, nullable=False),  # since 1970, of the enqueueing
    Column("shard", SmallInteger, nullable=False),
    Column("word", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "hour", "shard", "word", "reason"),
)

activity = Table(
    "activity",  # what happened when, for whoever watches; the ledger is above
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("span", SmallInteger, nullable=False),  # minutes that a count stands for: 1 or 60
    Column("start", Integer, nullable=False),  # the first of these minutes, since 1970
    Column("shard", SmallInteger, nullable=False),
    Column("kind", Words, nullable=False),
    Column("word", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("took_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "span", "start", "shard", "kind", "word", "reason", "channel", "provider"),
    sqlite_with_rowid=False,
)
