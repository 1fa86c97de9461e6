"""The tables of tenants' own templates."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

tenant_templates = Table(
    "tenant_templates",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("tenant_id", Words, nullable=False),
    Column("template_id", Words, nullable=False),
    Column("latest_version", Integer, nullable=False),
    Column("published_version", Integer),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("published", BigInteger),
    PrimaryKeyConstraint("environment_id", "tenant_id", "template_id"),
)

tenant_template_versions = Table(
    "tenant_template_versions",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("tenant_id", Words, nullable=False),
    Column("template_id", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),  # JSON
    Column("options", LargeBinary, nullable=False),  # JSON: routing, channels, providers
    Column("created", BigInteger, nullable=False),
    Column("creator", Words, nullable=False),
    PrimaryKeyConstraint("environment_id", "tenant_id", "template_id", "version"),
)
