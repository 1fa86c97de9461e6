"""The table of drafts that were handed in."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from tidings.backends.sql.tables import Words, metadata

template_submissions = Table(
    "template_submissions",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("template_id", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("submitted", BigInteger, nullable=False),
    Column("submitter", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("checks", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id", "template_id", "id"),
    Index(
        "uq_template_submissions_open",
        "environment_id",
        "template_id",
        unique=True,
        sqlite_where=text("state = 'OPEN'"),
        postgresql_where=text("state = 'OPEN'"),
    ),
)
