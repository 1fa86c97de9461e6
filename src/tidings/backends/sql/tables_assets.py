"""The table of pictures. The files themselves lie in a folder or a bucket."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

assets = Table(
    "assets",
    metadata,
    Column("id", Words, nullable=False),
    Column("environment_id", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "environment_id", "created", "id"),
)
