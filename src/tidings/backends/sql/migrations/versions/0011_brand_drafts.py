"""Brands have drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brands", sa.Column("draft", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("brands", "draft")
