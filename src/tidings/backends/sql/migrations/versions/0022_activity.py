"""What happened when: counts by the minute and by the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("span", sa.SmallInteger(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("kind", _words(), nullable=False),
        sa.Column("word", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.Column("channel", _words(), nullable=False),
        sa.Column("provider", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "span",
            "start",
            "shard",
            "kind",
            "word",
            "reason",
            "channel",
            "provider",
            name="pk_activity",
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("activity")
