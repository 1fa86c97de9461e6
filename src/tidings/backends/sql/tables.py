"""Every table, once, for every dialect. Hot tables lead their key with the environment and the user key.

Times are milliseconds since 1970 UTC. JSON documents are kept as UTF-8 bytes: what came in is what comes out.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _environment() -> Column[int]:
    return Column("environment_id", Integer, nullable=False)


# --- who may come in -------------------------------------------------------------------------------------------------

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
)

environments = Table(
    "environments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace_id", Integer, ForeignKey("workspaces.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    UniqueConstraint("workspace_id", "name"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("environment_id", Integer, ForeignKey("environments.id"), nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("revoked", BigInteger),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("environment_id", Integer, ForeignKey("environments.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("settings", LargeBinary),  # JSON; null is all defaults
)

write_keys = Table(
    "write_keys",
    metadata,
    _environment(),
    Column("id", Text, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("key_sealed", LargeBinary, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "source_id"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("reason", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

studio_tokens = Table(
    "studio_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)

# --- what is designed ------------------------------------------------------------------------------------------------

templates = Table(
    "templates",
    metadata,
    _environment(),
    Column("id", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("creator", Text, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("updater", Text, nullable=False),
    Column("published_version", Integer),
    Column("archived", BigInteger),
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "created", "id"),
)

template_versions = Table(
    "template_versions",
    metadata,
    _environment(),
    Column("template_id", Text, nullable=False),
    Column("version", Integer, nullable=False),  # 0 is the draft
    Column("name", Text, nullable=False),
    Column("settings", LargeBinary, nullable=False),  # tags, brand, topic, routing strategy, as JSON
    Column("content", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("creator", Text, nullable=False),
    PrimaryKeyConstraint("environment_id", "template_id", "version"),
)

event_maps = Table(
    "event_maps",
    metadata,
    _environment(),
    Column("event_id", Text, nullable=False),
    Column("template_id", Text, nullable=False),
    PrimaryKeyConstraint("environment_id", "event_id"),
    Index(None, "environment_id", "template_id"),
)

provider_configs = Table(
    "provider_configs",
    metadata,
    _environment(),
    Column("id", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("alias", Text),
    Column("settings_sealed", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
    UniqueConstraint("environment_id", "alias"),
)

revisions = Table(
    "revisions",  # grows with every change of a kind, so that caches know when to read again
    metadata,
    Column("kind", Text, primary_key=True),  # "mapping" (templates and event maps), "providers", "destinations"
    Column("revision", BigInteger, nullable=False),
)

# --- the inbound step ------------------------------------------------------------------------------------------------

offsets = Table(
    "offsets",
    metadata,
    Column("reader", Text, nullable=False),  # "inbound"; followers have their own
    Column("partition", SmallInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("reader", "partition"),
)

profiles = Table(
    "profiles",
    metadata,
    _environment(),
    Column("user_key", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_key"),
)

seen = Table(
    "seen",  # the day leads after the environment, so that a day is dropped in one sweep and today stays in cache
    metadata,
    _environment(),
    Column("day", Integer, nullable=False),  # days since 1970 of the arrival
    Column("user_key", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("environment_id", "day", "user_key", "digest"),
    sqlite_with_rowid=False,
)

inbound_events = Table(
    "inbound_events",
    metadata,
    _environment(),
    Column("user_key", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text),
    Column("message_id", Text, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("warnings", Text, nullable=False),  # slugs, comma-separated
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_key", "received_at", "position"),
    Index(None, "environment_id", "received_at", "position"),
    # No look-up may walk past rows of another status or type, however rare the wanted ones are: so these two lead
    # with all that a listing can name, and a listing that leaves one open asks for each of its few values.
    Index(
        "ix_inbound_events_name",
        "environment_id",
        "name",
        "status",
        "received_at",
        "position",
        sqlite_where=text("name IS NOT NULL"),  # an identify has none, and half of all calls are identifies
        postgresql_where=text("name IS NOT NULL"),
    ),
    Index("ix_inbound_events_status", "environment_id", "status", "type", "received_at", "position"),
)

# --- the outbound step -----------------------------------------------------------------------------------------------

messages = Table(
    "messages",
    metadata,
    _environment(),
    Column("id", Text, nullable=False),
    Column("user_key", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("enqueued", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("error", Text, nullable=False),
    Column("outcome_unknown", Boolean, nullable=False),
    Column("event", Text, nullable=False),
    Column("template_id", Text),
    Column("template_version", Integer),
    Column("request_id", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # to, data, content, options, as JSON
    Column("channel", Text),
    Column("provider", Text),
    Column("sent", BigInteger),
    Column("delivered", BigInteger),
    Column("opened", BigInteger),
    Column("clicked", BigInteger),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "enqueued", "id"),
    Index(None, "environment_id", "recipient", "enqueued", "id"),
    Index("ix_messages_event", "environment_id", "event", "status", "enqueued", "id"),
    Index(None, "environment_id", "status", "enqueued", "id"),
    Index(None, "environment_id", "template_id", "enqueued", "id"),
    Index(None, "environment_id", "request_id", "enqueued", "id"),
    Index(
        "ix_messages_provider",
        "environment_id",
        "provider",
        "enqueued",
        "id",
        sqlite_where=text("provider IS NOT NULL"),
        postgresql_where=text("provider IS NOT NULL"),
    ),
)

due = Table(
    "due",
    metadata,
    _environment(),
    Column("message_id", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # while claimed: when the claim expires
    Column("worker", Text),
    Column("priority", SmallInteger, nullable=False, server_default="0"),  # 0 before 1: lists wait for the rest
    PrimaryKeyConstraint("environment_id", "message_id"),
    Index(None, "priority", "due_at"),
    Index(None, "worker", sqlite_where=text("worker IS NOT NULL"), postgresql_where=text("worker IS NOT NULL")),
)

attempts = Table(
    "attempts",
    metadata,
    _environment(),
    Column("message_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("outcome", LargeBinary),  # JSON, tagged
    Column("way", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("environment_id", "message_id", "number"),
)

data_log = Table(
    "data_log",
    metadata,
    _environment(),
    Column("message_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("fields", LargeBinary, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id", "ordinal"),
)

outputs = Table(
    "outputs",
    metadata,
    _environment(),
    Column("message_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib over JSON
    PrimaryKeyConstraint("environment_id", "message_id", "channel"),
)

outbox = Table(
    "outbox",
    metadata,
    _environment(),
    Column("message_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib over JSON
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id", "channel"),
    Index(None, "environment_id", "at", "message_id", "channel"),
)
