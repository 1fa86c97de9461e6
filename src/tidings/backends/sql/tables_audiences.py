"""Tables of audiences: what they are, who is in them, and whose profile changed since that was looked at."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from tidings.backends.sql.tables import Words, metadata

_AT_WORK = text("cursor IS NOT NULL OR again_at IS NOT NULL")

audiences = Table(
    "audiences",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("filter", LargeBinary),  # JSON
    Column("version", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("cursor", Words),  # the user key up to which profiles were looked at; NULL when nobody has to look
    Column("again_at", BigInteger),  # when they are looked at once more
    Column("looked", BigInteger, nullable=False),
    Column("turn", BigInteger, nullable=False),  # when it was last its turn: the longest waiting comes next
    PrimaryKeyConstraint("environment_id", "id"),
    Index("ix_audiences_at_work", "turn", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
)

audience_members = Table(
    "audience_members",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("audience_id", Words, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("reason", Words, nullable=False),
    PrimaryKeyConstraint("environment_id", "audience_id", "user_id"),
    Index(None, "environment_id", "user_id", "audience_id"),
)

audience_queue = Table(
    "audience_queue",  # users whose profile or tenants changed; only where there are audiences
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("user_key", Words, nullable=False),
    Column("stamp", BigInteger, nullable=False),  # the change's own: whoever takes one row off leaves a later one
    PrimaryKeyConstraint("environment_id", "user_key", "stamp"),
)
