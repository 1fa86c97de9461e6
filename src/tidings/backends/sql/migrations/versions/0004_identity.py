"""Links from anonymous users to known ones; tenants and their members."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "profile_links",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("anonymous_key", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "anonymous_key", name=op.f("pk_profile_links")),
    )
    op.create_index(op.f("ix_profile_links_environment_id_user_key"), "profile_links", ["environment_id", "user_key"])
    op.create_table(
        "tenants",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("properties", sa.LargeBinary(), nullable=False),
        sa.Column("settings", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name=op.f("pk_tenants")),
    )
    op.create_table(
        "tenant_members",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "user_key", "tenant_id", name=op.f("pk_tenant_members")),
    )
    op.create_index(
        op.f("ix_tenant_members_environment_id_tenant_id_user_key"),
        "tenant_members",
        ["environment_id", "tenant_id", "user_key"],
    )


def downgrade() -> None:
    op.drop_table("tenant_members")
    op.drop_table("tenants")
    op.drop_table("profile_links")
