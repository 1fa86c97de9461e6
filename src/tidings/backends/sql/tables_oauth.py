"""Tables of OAuth, by which apps send calls of a source."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from tidings.backends.sql.tables import Words, metadata

oauth_keys = Table(
    "oauth_keys",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("client_id", Words, nullable=False),
    Column("key_id", Words, nullable=False),
    Column("public_key", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
    UniqueConstraint("client_id", "key_id"),
    Index(None, "environment_id", "source_id"),
)

used_assertions = Table(
    "used_assertions",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Index(None, "until"),
)
