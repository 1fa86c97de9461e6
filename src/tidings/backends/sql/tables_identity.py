"""The tables of who is who: links from anonymous users to known ones, tenants and their members."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

profile_links = Table(
    "profile_links",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("anonymous_key", Words, nullable=False),
    Column("user_key", Words, nullable=False),  # whose this anonymous user was found to be, once and for ever
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "anonymous_key"),
    Index(None, "environment_id", "user_key"),
)

tenants = Table(
    "tenants",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("properties", LargeBinary, nullable=False),  # JSON; group calls merge into it
    Column("settings", LargeBinary, nullable=False),  # JSON; only the API writes it
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
)

tenant_members = Table(
    "tenant_members",
    metadata,
    Column("environment_id", Integer, nullable=False),
    Column("user_key", Words, nullable=False),
    Column("tenant_id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("profile", LargeBinary),  # JSON: what the user is within the tenant; only the API writes it
    PrimaryKeyConstraint("environment_id", "user_key", "tenant_id"),
    Index(None, "environment_id", "tenant_id", "user_key"),
)
