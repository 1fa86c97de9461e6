"""Every table, once, for every dialect. Hot tables have the environment and the user key in their key (ADR 0013).

Those of users lead with them. What hangs on a message leads with the environment and the message (ADR 0095): ids grow
with time, so what is written now lies at the end, whosever it is; and a message's rows are found by its id.

Times are milliseconds since 1970 UTC. JSON documents are kept as UTF-8 bytes: what came in is what comes out. Words
sort by their bytes in every database, whatever language its server speaks.
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
    false,
    text,
    true,
)

Words = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte."""

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
    Column("name", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
)

environments = Table(
    "environments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace_id", Integer, ForeignKey("workspaces.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("delivery", Words, nullable=False),
    UniqueConstraint("workspace_id", "name"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Words, primary_key=True),
    Column("environment_id", Integer, ForeignKey("environments.id"), nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("hint", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Column("last_used", BigInteger),  # to the hour
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("environment_id", Integer, ForeignKey("environments.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("settings", LargeBinary),  # JSON; null is all defaults
    Column("enforce_oauth", Boolean, nullable=False, server_default=false()),
)

write_keys = Table(
    "write_keys",
    metadata,
    _environment(),
    Column("id", Words, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("key_sealed", LargeBinary, nullable=False),
    Column("hint", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "source_id"),
)

refusals = Table(
    "refusals",
    metadata,
    Column("reason", Words, primary_key=True),
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
    Column("id", Words, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("creator", Words, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("updater", Words, nullable=False),
    Column("published_version", Integer),
    Column("archived", BigInteger),
    PrimaryKeyConstraint("environment_id", "id"),
    Index(None, "environment_id", "created", "id"),
)

template_versions = Table(
    "template_versions",
    metadata,
    _environment(),
    Column("template_id", Words, nullable=False),
    Column("version", Integer, nullable=False),  # 0 is the draft
    Column("name", Words, nullable=False),
    Column("settings", LargeBinary, nullable=False),  # tags, brand, topic, routing strategy, as JSON
    Column("content", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("creator", Words, nullable=False),
    Column("routing_strategy_id", Words),  # as in `settings`: to find the templates of a strategy
    PrimaryKeyConstraint("environment_id", "template_id", "version"),
    Index(None, "environment_id", "routing_strategy_id"),
)

event_maps = Table(
    "event_maps",
    metadata,
    _environment(),
    Column("event_id", Words, nullable=False),
    Column("template_id", Words, nullable=False),
    PrimaryKeyConstraint("environment_id", "event_id"),
    Index(None, "environment_id", "template_id"),
)

provider_configs = Table(
    "provider_configs",
    metadata,
    _environment(),
    Column("id", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("alias", Words),
    Column("settings_sealed", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("position", Integer, nullable=False, server_default="0"),  # lower ones are tried first; then the oldest
    PrimaryKeyConstraint("environment_id", "id"),
    UniqueConstraint("environment_id", "alias"),
)

revisions = Table(
    "revisions",  # grows with every change of a kind, so that caches know when to read again
    metadata,
    Column("kind", Words, primary_key=True),  # see `revision.Kind`
    Column("revision", BigInteger, nullable=False),
)

# --- the inbound step ------------------------------------------------------------------------------------------------

offsets = Table(
    "offsets",
    metadata,
    Column("reader", Words, nullable=False),  # "inbound"; followers have their own
    Column("partition", SmallInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("reader", "partition"),
)

profiles = Table(
    "profiles",
    metadata,
    _environment(),
    Column("user_key", Words, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_key"),
    postgresql_with={"fillfactor": 80},  # a profile that changes stays on its page, and no index hears of it
)

seen = Table(
    # One partition a day in PostgreSQL. In SQLite the day leads after the environment instead, so that a day is
    # dropped in one sweep and today stays in cache.
    "seen",
    metadata,
    _environment(),
    Column("day", Integer, nullable=False),  # days since 1970 of the arrival
    Column("user_key", Words, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("environment_id", "user_key", "day", "digest"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (day)",
)

inbound_events = Table(
    "inbound_events",
    metadata,
    _environment(),
    Column("user_key", Words, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("type", Words, nullable=False),
    Column("name", Words),
    Column("message_id", Words, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("status", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("warnings", Words, nullable=False),  # slugs, comma-separated
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
    postgresql_partition_by="RANGE (received_at)",  # a partition holds some days
)

# --- the outbound step -----------------------------------------------------------------------------------------------

messages = Table(
    "messages",
    metadata,
    _environment(),
    Column("id", Words, nullable=False),
    Column("user_key", Words, nullable=False),  # who has none is known by the recipient: see `rows.owner_of`
    Column("recipient", Words, nullable=False),
    Column("enqueued", BigInteger, nullable=False),
    Column("status", Words, nullable=False),
    Column("reason", Words),
    Column("error", Words, nullable=False),
    Column("outcome_unknown", Boolean, nullable=False),
    Column("event", Words, nullable=False),
    Column("template_id", Words),
    Column("template_version", Integer),
    Column("request_id", Words, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # to, data, content, options, as JSON
    Column("channel", Words),
    Column("provider", Words),
    Column("sent", BigInteger),
    Column("delivered", BigInteger),
    Column("opened", BigInteger),
    Column("clicked", BigInteger),
    Column("updated", BigInteger, nullable=False),
    Column("list_id", Words),  # the list that it went to
    Column("tenant_id", Words),  # in whose name it was sent
    PrimaryKeyConstraint("environment_id", "user_key", "id"),
    UniqueConstraint("environment_id", "id"),  # to find one by its id alone; two users never share one
    Index(None, "environment_id", "enqueued", "id"),
    Index(None, "environment_id", "recipient", "enqueued", "id"),
    Index("ix_messages_event", "environment_id", "event", "status", "enqueued", "id"),
    Index(None, "environment_id", "status", "enqueued", "id"),
    Index(None, "environment_id", "template_id", "enqueued", "id"),
    Index(None, "environment_id", "request_id", "enqueued", "id"),
    Index(
        "ix_messages_list",
        "environment_id",
        "list_id",
        "enqueued",
        "id",
        sqlite_where=text("list_id IS NOT NULL"),  # most messages go to no list, and are not in it
        postgresql_where=text("list_id IS NOT NULL"),
    ),
    Index(
        "ix_messages_tenant",
        "environment_id",
        "tenant_id",
        "enqueued",
        "id",
        sqlite_where=text("tenant_id IS NOT NULL"),
        postgresql_where=text("tenant_id IS NOT NULL"),
    ),
    Index(
        "ix_messages_provider",
        "environment_id",
        "provider",
        "channel",
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
    Column("user_key", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # while claimed: when the claim expires
    Column("worker", Words),
    Column("priority", SmallInteger, nullable=False, server_default="0"),  # 0 before 1: lists wait for the rest
    Column("lane", Words, nullable=False, server_default=""),  # what it waits with: see `sending.fair`
    PrimaryKeyConstraint("environment_id", "message_id", "user_key"),
    Index("ix_due_queues", "priority", "environment_id", "lane", "due_at"),
    Index(None, "worker", sqlite_where=text("worker IS NOT NULL"), postgresql_where=text("worker IS NOT NULL")),
)

attempts = Table(
    "attempts",
    metadata,
    _environment(),
    Column("user_key", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("channel", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("outcome", LargeBinary),  # JSON, tagged
    Column("way", Words, nullable=False, server_default=""),
    PrimaryKeyConstraint("environment_id", "message_id", "user_key", "number"),
    sqlite_with_rowid=False,
)

data_log = Table(
    "data_log",
    metadata,
    _environment(),
    Column("user_key", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("type", Words, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("fields", LargeBinary, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id", "user_key", "ordinal"),
)

outputs = Table(
    "outputs",
    metadata,
    _environment(),
    Column("user_key", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib over JSON
    PrimaryKeyConstraint("environment_id", "message_id", "user_key", "channel"),
)

outbox = Table(
    "outbox",
    metadata,
    _environment(),
    Column("message_id", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib over JSON
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "message_id", "channel"),
    Index(None, "environment_id", "at", "message_id", "channel"),
)
