"""The table of the words by which profiles are found. Written behind the inbound step, which knows nothing of it."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

profile_words = Table(
    "profile_words",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("kind", Words, nullable=False),
    Column("word", Words, nullable=False),
    Column("user_key", Words, nullable=False),
    PrimaryKeyConstraint("environment_id", "kind", "word", "user_key"),
    Index(None, "environment_id", "user_key"),
    sqlite_with_rowid=False,
)
