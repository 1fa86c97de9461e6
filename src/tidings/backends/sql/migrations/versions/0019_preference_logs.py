"""What users chose is on record, and the page on which they choose has words of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "preference_logs",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("user_id", _words(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_preference_logs"),
    )
    op.create_index(
        "ix_preference_logs_environment_id_user_id_id", "preference_logs", ["environment_id", "user_id", "id"]
    )
    op.create_table(
        "preference_pages",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", name="pk_preference_pages"),
    )


def downgrade() -> None:
    op.drop_table("preference_pages")
    op.drop_table("preference_logs")
