"""Tables of who may use Studio, and what they did."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table

from tidings.backends.sql.tables import Words, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Words, primary_key=True),
    Column("workspace_id", Integer, nullable=False),
    Column("email", Words, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("disabled", BigInteger),
    Column("signed_in", BigInteger),
    Column("password_hash", Words),  # Argon2; NULL until the invitation is accepted
    Column("second_factor", LargeBinary),  # sealed
    Column("step", BigInteger, nullable=False),  # of the last code that was used
    Column("issuer", Words),  # whose word it signs in by, beside its password
    Column("subject", Words),
    Index(None, "workspace_id", "created", "id"),
    Index(None, "issuer", "subject", unique=True),
)

account_links = Table(
    "account_links",
    metadata,
    Column("account_id", Words, primary_key=True),  # one at a time
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("expires_at", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Words, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account_id", "code_hash"),
)

studio_sessions = Table(
    "studio_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", Words, nullable=False),
    Column("workspace_id", Integer, nullable=False),
    Column("account_id", Words, nullable=False),  # empty: by the one-time link
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("address", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Index(None, "account_id", "id"),
    Index(None, "expires"),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),  # 16 bits for each kind of subject
    Column("count", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("workspace_id", Integer, nullable=False),
    Column("environment_id", Integer, nullable=False),  # 0: of the workspace
    Column("id", Words, nullable=False),  # sorts by time
    Column("at", BigInteger, nullable=False),
    Column("actor_kind", Words, nullable=False),
    Column("actor_id", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("method", Words, nullable=False),
    Column("route", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("address", Words, nullable=False),
    PrimaryKeyConstraint("workspace_id", "environment_id", "id"),
    Index(None, "at"),
)
