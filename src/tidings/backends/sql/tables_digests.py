"""Tables of digests: the messages that wait to tell of others, and what is gathered for them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

digests = Table(
    "digests",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("message_id", Words, nullable=False),  # the digest's own message
    Column("user_key", Words, nullable=False),
    Column("topic_id", Words, nullable=False),
    Column("tenant_id", Words, nullable=False),  # empty for nobody's
    Column("schedule_id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id"),
    Index(None, "environment_id", "schedule_id", "message_id"),
    Index(None, "environment_id", "user_key"),
)

digest_events = Table(
    "digest_events",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("digest_id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("message_id", Words, nullable=False),  # the message that was gathered
    Column("user_key", Words, nullable=False),
    Column("category", Words, nullable=False),
    Column("data", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id", "digest_id", "at", "message_id"),
    Index(None, "environment_id", "user_key"),
)
