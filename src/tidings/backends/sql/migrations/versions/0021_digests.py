"""Digests: messages that wait to tell of others, and what is gathered for them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("preferences", sa.Column("digest_schedule_id", _words()))
    op.create_table(
        "digests",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("topic_id", _words(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("schedule_id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "message_id", name="pk_digests"),
    )
    op.create_index(
        "ix_digests_environment_id_schedule_id_message_id", "digests", ["environment_id", "schedule_id", "message_id"]
    )
    op.create_index("ix_digests_environment_id_user_key", "digests", ["environment_id", "user_key"])
    op.create_table(
        "digest_events",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("digest_id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("category", _words(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "digest_id", "at", "message_id", name="pk_digest_events"),
    )
    op.create_index("ix_digest_events_environment_id_user_key", "digest_events", ["environment_id", "user_key"])


def downgrade() -> None:
    op.drop_table("digest_events")
    op.drop_table("digests")
    op.drop_column("preferences", "digest_schedule_id")
