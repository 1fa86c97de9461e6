"""Destinations that are left alone, and what a user is within a tenant."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "parked",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", _words(), nullable=False),
        sa.Column("parked_until", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "destination_id", name="pk_parked"),
    )
    op.add_column("tenant_members", sa.Column("profile", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("tenant_members", "profile")
    op.drop_table("parked")
