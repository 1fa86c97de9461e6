"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _workspaces()
    _environments()
    _api_keys()
    _sources()
    _refusals()
    _studio_tokens()
    _templates()
    _template_versions()
    _event_maps()
    _provider_configs()
    _revisions()
    _offsets()
    _profiles()
    _seen()
    _drops()
    _inbound_events()
    _messages()
    _due()
    _attempts()
    _data_log()
    _outputs()
    _outbox()


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("outputs")
    op.drop_table("data_log")
    op.drop_table("attempts")
    op.drop_table("due")
    op.drop_table("messages")
    op.drop_table("inbound_events")
    op.drop_table("drops")
    op.drop_table("seen")
    op.drop_table("profiles")
    op.drop_table("offsets")
    op.drop_table("revisions")
    op.drop_table("provider_configs")
    op.drop_table("event_maps")
    op.drop_table("template_versions")
    op.drop_table("templates")
    op.drop_table("studio_tokens")
    op.drop_table("refusals")
    op.drop_table("sources")
    op.drop_table("api_keys")
    op.drop_table("environments")
    op.drop_table("workspaces")


def _words() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _default_partition(table: str) -> None:
    """Take what no other partition does: the days before and after those that a worker has made partitions for."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )


def _environments() -> None:
    op.create_table(
        "environments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("delivery", _words(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_environments_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environments")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_environments_workspace_id_name")),
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", _words(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("hint", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=op.f("fk_api_keys_environment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("write_key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("write_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("write_key_hint", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"], name=op.f("fk_sources_environment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("write_key_hash", name=op.f("uq_sources_write_key_hash")),
    )


def _refusals() -> None:
    op.create_table(
        "refusals",
        sa.Column("reason", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_refusals")),
    )


def _studio_tokens() -> None:
    op.create_table(
        "studio_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_studio_tokens")),
    )


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("creator", _words(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("updater", _words(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("archived", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("environment_id", "id", name=op.f("pk_templates")),
    )
    op.create_index(
        op.f("ix_templates_environment_id_created_id"), "templates", ["environment_id", "created", "id"], unique=False
    )


def _template_versions() -> None:
    op.create_table(
        "template_versions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("template_id", _words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("settings", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("creator", _words(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "template_id", "version", name=op.f("pk_template_versions")),
    )


def _event_maps() -> None:
    op.create_table(
        "event_maps",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("event_id", _words(), nullable=False),
        sa.Column("template_id", _words(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "event_id", name=op.f("pk_event_maps")),
    )
    op.create_index(
        op.f("ix_event_maps_environment_id_template_id"), "event_maps", ["environment_id", "template_id"], unique=False
    )


def _provider_configs() -> None:
    op.create_table(
        "provider_configs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("provider", _words(), nullable=False),
        sa.Column("title", _words(), nullable=False),
        sa.Column("alias", _words(), nullable=True),
        sa.Column("settings_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name=op.f("pk_provider_configs")),
        sa.UniqueConstraint("environment_id", "alias", name=op.f("uq_provider_configs_environment_id_alias")),
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("kind", _words(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_revisions")),
    )


def _offsets() -> None:
    op.create_table(
        "offsets",
        sa.Column("reader", _words(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "partition", name=op.f("pk_offsets")),
    )


def _profiles() -> None:
    op.create_table(
        "profiles",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", name=op.f("pk_profiles")),
        postgresql_with={"fillfactor": 80},
    )


def _seen() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    middle = ("user_key", "day") if postgres else ("day", "user_key")  # a partition holds a day in the one alone
    op.create_table(
        "seen",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", *middle, "digest", name=op.f("pk_seen")),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (day)",
    )
    _default_partition("seen")


def _drops() -> None:
    op.create_table(
        "drops",
        sa.Column("reason", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_drops")),
    )


def _inbound_events() -> None:
    op.create_table(
        "inbound_events",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("type", _words(), nullable=False),
        sa.Column("name", _words(), nullable=True),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.Column("detail", _words(), nullable=False),
        sa.Column("warnings", _words(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "environment_id", "user_key", "received_at", "position", name=op.f("pk_inbound_events")
        ),
        postgresql_partition_by="RANGE (received_at)",
    )
    _default_partition("inbound_events")
    op.create_index(
        op.f("ix_inbound_events_environment_id_received_at_position"),
        "inbound_events",
        ["environment_id", "received_at", "position"],
        unique=False,
    )
    op.create_index(
        "ix_inbound_events_name",
        "inbound_events",
        ["environment_id", "name", "status", "received_at", "position"],
        unique=False,
        sqlite_where=sa.text("name IS NOT NULL"),
        postgresql_where=sa.text("name IS NOT NULL"),
    )
    op.create_index(
        "ix_inbound_events_status",
        "inbound_events",
        ["environment_id", "status", "type", "received_at", "position"],
        unique=False,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("recipient", _words(), nullable=False),
        sa.Column("enqueued", sa.BigInteger(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=True),
        sa.Column("error", _words(), nullable=False),
        sa.Column("outcome_unknown", sa.Boolean(), nullable=False),
        sa.Column("event", _words(), nullable=False),
        sa.Column("template_id", _words(), nullable=True),
        sa.Column("template_version", sa.Integer(), nullable=True),
        sa.Column("request_id", _words(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("channel", _words(), nullable=True),
        sa.Column("provider", _words(), nullable=True),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("delivered", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.BigInteger(), nullable=True),
        sa.Column("clicked", sa.BigInteger(), nullable=True),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("environment_id", "id", name=op.f("uq_messages_environment_id_id")),
    )
    op.create_index(
        op.f("ix_messages_environment_id_enqueued_id"), "messages", ["environment_id", "enqueued", "id"], unique=False
    )
    op.create_index(
        op.f("ix_messages_environment_id_recipient_enqueued_id"),
        "messages",
        ["environment_id", "recipient", "enqueued", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_messages_environment_id_request_id_enqueued_id"),
        "messages",
        ["environment_id", "request_id", "enqueued", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_messages_environment_id_status_enqueued_id"),
        "messages",
        ["environment_id", "status", "enqueued", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_messages_environment_id_template_id_enqueued_id"),
        "messages",
        ["environment_id", "template_id", "enqueued", "id"],
        unique=False,
    )
    op.create_index(
        "ix_messages_event", "messages", ["environment_id", "event", "status", "enqueued", "id"], unique=False
    )
    op.create_index(
        "ix_messages_provider",
        "messages",
        ["environment_id", "provider", "enqueued", "id"],
        unique=False,
        sqlite_where=sa.text("provider IS NOT NULL"),
        postgresql_where=sa.text("provider IS NOT NULL"),
    )


def _due() -> None:
    op.create_table(
        "due",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", _words(), nullable=True),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "message_id", name=op.f("pk_due")),
    )
    op.create_index(op.f("ix_due_due_at"), "due", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_due_worker"),
        "due",
        ["worker"],
        unique=False,
        sqlite_where=sa.text("worker IS NOT NULL"),
        postgresql_where=sa.text("worker IS NOT NULL"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", _words(), nullable=False),
        sa.Column("provider", _words(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "message_id", "number", name=op.f("pk_attempts")),
    )


def _data_log() -> None:
    op.create_table(
        "data_log",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("type", _words(), nullable=False),
        sa.Column("ts", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "message_id", "ordinal", name=op.f("pk_data_log")),
    )


def _outputs() -> None:
    op.create_table(
        "outputs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("channel", _words(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "message_id", "channel", name=op.f("pk_outputs")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("channel", _words(), nullable=False),
        sa.Column("recipient", _words(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "recipient", "message_id", "channel", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "environment_id", "message_id", "channel", name=op.f("uq_outbox_environment_id_message_id_channel")
        ),
    )
    op.create_index(
        op.f("ix_outbox_environment_id_at_message_id_channel"),
        "outbox",
        ["environment_id", "at", "message_id", "channel"],
        unique=False,
    )
