"""The tables of brands and translations."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    text,
)

from tidings.backends.sql.tables import Words, metadata

brands = Table(
    "brands",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("settings", LargeBinary, nullable=False),  # JSON, as it was written
    Column("snippets", LargeBinary, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("draft", LargeBinary),  # JSON: what the brand may become
    PrimaryKeyConstraint("environment_id", "id"),
    Index(
        "uq_brands_default",
        "environment_id",
        unique=True,
        sqlite_where=text("is_default"),
        postgresql_where=text("is_default"),
    ),
)

translations = Table(
    "translations",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("domain", Words, nullable=False),
    Column("locale", Words, nullable=False),
    Column("po", LargeBinary, nullable=False),  # gettext's text, as it was sent
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "domain", "locale"),
)
