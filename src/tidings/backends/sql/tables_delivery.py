"""The tables of destinations and of what is delivered to them. Imported wherever `tables.metadata` must be whole."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from tidings.backends.sql.tables import Words, metadata


def _environment() -> Column[int]:
    return Column("environment_id", Integer, nullable=False)


destinations = Table(
    "destinations",
    metadata,
    _environment(),
    Column("id", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("sources", LargeBinary),  # JSON list of ids; null is every source
    Column("settings_sealed", LargeBinary, nullable=False),
    Column("filters", LargeBinary, nullable=False),  # JSON
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "id"),
    UniqueConstraint("environment_id", "name"),
    Index(None, "kind", "environment_id"),  # whether anybody is told of messages is asked with each that ends
)

status_news = Table(
    "status_news",  # statuses of messages that a destination is still to be told of
    metadata,
    _environment(),
    Column("destination_id", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("user_key", Words, nullable=False),  # as in `messages`
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "destination_id", "message_id", "status"),
    Index(None, "environment_id", "destination_id", "at"),
)

passed_over = Table(
    "passed_over",  # places in the stream that the inbound step dropped: rare, and no follower is to see them
    metadata,
    _environment(),
    Column("partition", SmallInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "partition", "position"),
)

deliveries = Table(
    "deliveries",  # calls that a destination is to get later: after a failure, or behind one
    metadata,
    _environment(),
    Column("destination_id", Words, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("user_key", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Words, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the call as it is to be sent, as JSON
    PrimaryKeyConstraint("environment_id", "destination_id", "position"),
    Index(None, "environment_id", "destination_id", "due_at"),
    Index(None, "environment_id", "destination_id", "user_key", "position"),
)

delivery_counts = Table(
    "delivery_counts",
    metadata,
    _environment(),
    Column("destination_id", Words, nullable=False),
    Column("hour", Integer, nullable=False),  # hours since 1970
    Column("name", Words, nullable=False),  # the event of a track, else the type
    Column("result", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("environment_id", "destination_id", "hour", "name", "result", "reason"),
)

delivery_failures = Table(
    "delivery_failures",  # the newest of each destination
    metadata,
    _environment(),
    Column("destination_id", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("name", Words, nullable=False),
    Column("call_id", Words, nullable=False),  # its `messageId`
    Column("reason", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False, server_default=""),  # what was to be sent, as JSON
    PrimaryKeyConstraint("environment_id", "destination_id", "at", "position"),
)

parked = Table(
    "parked",  # destinations that have not answered since they were left alone
    metadata,
    _environment(),
    Column("destination_id", Words, nullable=False),
    Column("parked_until", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    PrimaryKeyConstraint("environment_id", "destination_id"),
)

provider_health = Table(
    "provider_health",  # what each worker saw of late of the accounts at providers
    metadata,
    _environment(),
    Column("config_id", Words, nullable=False),
    Column("worker", Words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # JSON
    PrimaryKeyConstraint("environment_id", "config_id", "worker"),
)

leases = Table(
    "leases",  # who does a piece of work that one worker at a time should do
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", BigInteger, nullable=False),
)

known_events = Table(
    "known_events",
    metadata,
    _environment(),
    Column("source_id", Integer, nullable=False),
    Column("type", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("properties", LargeBinary, nullable=False),  # what was inferred of them, as JSON
    Column("days", LargeBinary, nullable=False),  # calls by day, as JSON
    PrimaryKeyConstraint("environment_id", "source_id", "type", "name"),
    Index(None, "environment_id", "type", "name"),
)
