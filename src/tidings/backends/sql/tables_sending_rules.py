"""Tables of sending rules and of what they counted."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

sending_rules = Table(
    "sending_rules",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id"),
)

limit_counts = Table(
    "limit_counts",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("limit_id", Words, nullable=False),
    Column("whose", Words, nullable=False),
    Column("window", BigInteger, nullable=False),  # the first millisecond of the period
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "limit_id", "whose", "window"),
    Index(None, "window"),
)

limit_passages = Table(
    "limit_passages",  # what a message was answered: it counts once, however often it is claimed
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("exceeded", Words),  # the limit it exceeded; NULL when it passed
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id"),
    Index(None, "at"),
)
