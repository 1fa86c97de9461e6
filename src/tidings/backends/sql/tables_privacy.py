"""The tables of who wants not to be known."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from tidings.backends.sql.tables import Words, metadata

regulations = Table(
    "regulations",  # requests, and when they are done, receipts
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("user_ids", LargeBinary, nullable=False),  # JSON
    Column("asked_by", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("status", Words, nullable=False),
    Column("finished", BigInteger),
    Column("erased", LargeBinary, nullable=False),  # JSON: rows by table
    Column("passes", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("error", Words, nullable=False),
    Column("subjects", LargeBinary),  # JSON: by what names their data are found, until it is done
    Column("outside", LargeBinary),  # JSON: what destinations were told, by id; null before they are
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "created", "id"),
    Index(
        "ix_regulations_open",
        "due_at",
        sqlite_where=text("finished IS NULL"),
        postgresql_where=text("finished IS NULL"),
    ),
)

suppressed_users = Table(
    "suppressed_users",  # whose calls are refused
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("user_key", Words, nullable=False),
    Column("subject", Words, nullable=False),  # the user id for whose sake
    Column("created", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_key"),
    Index(None, "environment_id", "subject"),
)
