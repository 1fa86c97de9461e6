"""OAuth for sources: keys of apps, which proofs were used, and sources that take nothing without."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("sources", sa.Column("enforce_oauth", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "oauth_keys",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("client_id", _words(), nullable=False),
        sa.Column("key_id", _words(), nullable=False),
        sa.Column("public_key", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_oauth_keys"),
        sa.UniqueConstraint("client_id", "key_id", name="uq_oauth_keys_client_id_key_id"),
    )
    op.create_index("ix_oauth_keys_environment_id_source_id", "oauth_keys", ["environment_id", "source_id"])
    op.create_table(
        "used_assertions",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_used_assertions"),
    )
    op.create_index("ix_used_assertions_until", "used_assertions", ["until"])


def downgrade() -> None:
    op.drop_table("used_assertions")
    op.drop_table("oauth_keys")
    op.drop_column("sources", "enforce_oauth")
