"""Tenants' own templates, and templates that wait for checks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tenant_templates",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("template_id", _words(), nullable=False),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("published_version", sa.Integer()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.BigInteger()),
        sa.PrimaryKeyConstraint("environment_id", "tenant_id", "template_id", name="pk_tenant_templates"),
    )
    op.create_table(
        "tenant_template_versions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", _words(), nullable=False),
        sa.Column("template_id", _words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("options", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("creator", _words(), nullable=False),
        sa.PrimaryKeyConstraint(
            "environment_id", "tenant_id", "template_id", "version", name="pk_tenant_template_versions"
        ),
    )
    op.create_table(
        "template_submissions",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("template_id", _words(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("submitted", sa.BigInteger(), nullable=False),
        sa.Column("submitter", _words(), nullable=False),
        sa.Column("state", _words(), nullable=False),
        sa.Column("checks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "template_id", "id", name="pk_template_submissions"),
    )
    op.create_index(
        "uq_template_submissions_open",
        "template_submissions",
        ["environment_id", "template_id"],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )


def downgrade() -> None:
    op.drop_table("template_submissions")
    op.drop_table("tenant_template_versions")
    op.drop_table("tenant_templates")
