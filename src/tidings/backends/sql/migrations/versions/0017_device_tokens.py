"""Devices that users can be reached on by push."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "device_tokens",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", _words(), nullable=False),
        sa.Column("token", _words(), nullable=False),
        sa.Column("service", _words(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("status_reason", _words(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_id", "token", name="pk_device_tokens"),
    )


def downgrade() -> None:
    op.drop_table("device_tokens")
