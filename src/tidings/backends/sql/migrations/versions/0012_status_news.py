"""News of messages, for destinations that are told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "status_news",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", _words(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "destination_id", "message_id", "status", name="pk_status_news"),
    )
    op.create_index(
        "ix_status_news_environment_id_destination_id_at", "status_news", ["environment_id", "destination_id", "at"]
    )
    op.create_index("ix_destinations_kind_environment_id", "destinations", ["kind", "environment_id"])


def downgrade() -> None:
    op.drop_index("ix_destinations_kind_environment_id", "destinations")
    op.drop_table("status_news")
