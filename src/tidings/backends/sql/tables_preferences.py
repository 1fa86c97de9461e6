"""Tables of what users want."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

sections = Table(
    "sections",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON: few, and read whole
    PrimaryKeyConstraint("environment_id", "id"),
)

topics = Table(
    "topics",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("section_id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "section_id"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("topic_id", Words, nullable=False),
    Column("tenant_id", Words, nullable=False),  # empty: everywhere
    Column("status", Words, nullable=False),
    Column("channels", Words),  # the only ones wanted, comma-separated; NULL for any
    Column("updated", BigInteger, nullable=False),
    Column("digest_schedule_id", Words),  # empty or NULL for the topic's default
    PrimaryKeyConstraint("environment_id", "user_id", "topic_id", "tenant_id"),
)

preference_logs = Table(
    "preference_logs",  # every choice as it was made
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),  # sorts by time
    Column("user_id", Words, nullable=False),
    Column("tenant_id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "user_id", "id"),
)

preference_pages = Table(
    "preference_pages",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("address", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "address"),
)
