"""Regulations, and whose calls are refused."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "regulations",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("type", _words(), nullable=False),
        sa.Column("user_ids", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("status", _words(), nullable=False),
        sa.Column("finished", sa.BigInteger()),
        sa.Column("erased", sa.LargeBinary(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("error", _words(), nullable=False),
        sa.Column("subjects", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_regulations"),
    )
    op.create_index("ix_regulations_environment_id_created_id", "regulations", ["environment_id", "created", "id"])
    op.create_index(
        "ix_regulations_open",
        "regulations",
        ["due_at"],
        sqlite_where=sa.text("finished IS NULL"),
        postgresql_where=sa.text("finished IS NULL"),
    )
    op.create_table(
        "suppressed_users",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("subject", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", name="pk_suppressed_users"),
    )
    op.create_index("ix_suppressed_users_environment_id_subject", "suppressed_users", ["environment_id", "subject"])


def downgrade() -> None:
    op.drop_table("suppressed_users")
    op.drop_table("regulations")
