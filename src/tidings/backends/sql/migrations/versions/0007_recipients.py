"""Lists, requests to many, and what users want."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _lists()
    _expansions()
    _priority()
    _preferences()
    _sending_rules()
    _changes()
    _bulk()


def downgrade() -> None:
    op.drop_table("bulk_users")
    op.drop_table("bulk_jobs")
    op.drop_table("redrives")
    op.drop_table("archived_requests")
    op.drop_table("limit_passages")
    op.drop_table("limit_counts")
    op.drop_table("sending_rules")
    op.drop_table("suppressions")
    op.drop_table("preferences")
    op.drop_table("topics")
    op.drop_table("sections")
    op.drop_index("ix_due_priority_due_at", table_name="due")
    op.drop_column("due", "priority")
    op.create_index("ix_due_due_at", "due", ["due_at"])
    op.drop_table("expansions")
    op.drop_table("list_subscriptions")
    op.drop_table("lists")


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("preferences", sa.LargeBinary()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.BigInteger()),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_lists"),
    )
    op.create_table(
        "list_subscriptions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("list_id", _words(), nullable=False),
        sa.Column("user_id", _words(), nullable=False),
        sa.Column("preferences", sa.LargeBinary()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "list_id", "user_id", name="pk_list_subscriptions"),
    )
    op.create_index(
        "ix_list_subscriptions_environment_id_user_id_list_id",
        "list_subscriptions",
        ["environment_id", "user_id", "list_id"],
    )


def _expansions() -> None:
    op.create_table(
        "expansions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger()),
        sa.Column("canceled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_expansions"),
    )
    op.create_index(
        "ix_expansions_waiting",
        "expansions",
        ["priority", "turn"],
        sqlite_where=sa.text("finished IS NULL"),
        postgresql_where=sa.text("finished IS NULL"),
    )


def _priority() -> None:
    op.add_column("due", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="0"))
    op.drop_index("ix_due_due_at", table_name="due")
    op.create_index("ix_due_priority_due_at", "due", ["priority", "due_at"])


def _preferences() -> None:
    op.create_table(
        "sections",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_sections"),
    )
    op.create_table(
        "topics",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("section_id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_topics"),
    )
    op.create_index("ix_topics_environment_id_section_id", "topics", ["environment_id", "section_id"])
    op.create_table(
        "preferences",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", _words(), nullable=False),
        sa.Column("topic_id", _words(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("channels", _words()),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_id", "topic_id", "tenant_id", name="pk_preferences"),
    )
    op.create_table(
        "suppressions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("address", _words(), nullable=False),
        sa.Column("kind", _words(), nullable=False),
        sa.Column("detail", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "address", name="pk_suppressions"),
    )


def _sending_rules() -> None:
    op.create_table(
        "sending_rules",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", name="pk_sending_rules"),
    )
    op.create_table(
        "limit_counts",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("limit_id", _words(), nullable=False),
        sa.Column("whose", _words(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "limit_id", "whose", "window", name="pk_limit_counts"),
    )
    op.create_index("ix_limit_counts_window", "limit_counts", ["window"])
    op.create_table(
        "limit_passages",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("exceeded", _words()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "message_id", name="pk_limit_passages"),
    )
    op.create_index("ix_limit_passages_at", "limit_passages", ["at"])


def _changes() -> None:
    op.create_table(
        "archived_requests",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("request_id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "request_id", name="pk_archived_requests"),
    )
    op.create_table(
        "redrives",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("new_id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "message_id", name="pk_redrives"),
    )


def _bulk() -> None:
    op.create_table(
        "bulk_jobs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("definition", sa.LargeBinary(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("run_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_bulk_jobs"),
    )
    op.create_table(
        "bulk_users",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("job_id", _words(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", _words(), nullable=False),
        sa.Column("user", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "job_id", "number", name="pk_bulk_users"),
        sa.UniqueConstraint("environment_id", "job_id", "key", name="uq_bulk_users_environment_id_job_id_key"),
    )
