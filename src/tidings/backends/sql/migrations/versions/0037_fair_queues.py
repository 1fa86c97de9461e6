"""What is due is many queues: one for each priority, environment and lane."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for table in ("due", "expansions"):
        op.add_column(table, sa.Column("lane", _words(), nullable=False, server_default=""))
    op.create_index("ix_due_queues", "due", ["priority", "environment_id", "lane", "due_at"])
    op.drop_index("ix_due_priority_due_at", table_name="due")


def downgrade() -> None:
    op.create_index("ix_due_priority_due_at", "due", ["priority", "due_at"])
    op.drop_index("ix_due_queues", table_name="due")
    for table in ("due", "expansions"):
        op.drop_column(table, "lane")
