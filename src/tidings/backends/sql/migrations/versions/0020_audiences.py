"""Audiences, their members, and whose profile changed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_AT_WORK = sa.text("cursor IS NOT NULL OR again_at IS NOT NULL")


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audiences",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("description", _words(), nullable=False),
        sa.Column("filter", sa.LargeBinary()),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("cursor", _words()),
        sa.Column("again_at", sa.BigInteger()),
        sa.Column("looked", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_audiences"),
    )
    op.create_index("ix_audiences_at_work", "audiences", ["turn"], sqlite_where=_AT_WORK, postgresql_where=_AT_WORK)
    op.create_table(
        "audience_members",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", _words(), nullable=False),
        sa.Column("user_id", _words(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "audience_id", "user_id", name="pk_audience_members"),
    )
    op.create_index(
        "ix_audience_members_environment_id_user_id_audience_id",
        "audience_members",
        ["environment_id", "user_id", "audience_id"],
    )
    op.create_table(
        "audience_queue",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "stamp", name="pk_audience_queue"),
    )


def downgrade() -> None:
    op.drop_table("audience_queue")
    op.drop_table("audience_members")
    op.drop_table("audiences")
