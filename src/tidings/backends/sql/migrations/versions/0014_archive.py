"""The archive's files."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "archive_files",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("doomed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("environment_id", "day", "name", name="pk_archive_files"),
    )
    op.create_index(
        "ix_archive_files_doomed",
        "archive_files",
        ["doomed_at"],
        sqlite_where=sa.text("doomed_at IS NOT NULL"),
        postgresql_where=sa.text("doomed_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("archive_files")
