"""Attempts name the way they try."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("attempts", sa.Column("way", _words(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("attempts") as table:
        table.drop_column("way")
