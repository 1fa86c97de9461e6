"""Provider accounts can be switched off and put in order, and workers tell how each is doing."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("provider_configs", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("provider_configs", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "provider_health",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("config_id", _words(), nullable=False),
        sa.Column("worker", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "config_id", "worker", name="pk_provider_health"),
    )


def downgrade() -> None:
    op.drop_table("provider_health")
    op.drop_column("provider_configs", "position")
    op.drop_column("provider_configs", "enabled")
