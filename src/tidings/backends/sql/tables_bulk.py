"""Tables of bulk jobs."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint

from tidings.backends.sql.tables import Words, metadata

bulk_jobs = Table(
    "bulk_jobs",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("definition", LargeBinary, nullable=False),  # JSON, as it was given
    Column("message", LargeBinary, nullable=False),  # JSON, as a request to send holds it
    Column("received", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("run_at", BigInteger),
    PrimaryKeyConstraint("environment_id", "id"),
)

bulk_users = Table(
    "bulk_users",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("job_id", Words, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("key", Words, nullable=False),
    Column("user", LargeBinary, nullable=False),  # JSON, as it was given
    PrimaryKeyConstraint("environment_id", "job_id", "number"),
    UniqueConstraint("environment_id", "job_id", "key"),
)
