"""From which hour on rows are complete."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("events_from", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("installation", sa.Column("messages_from", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("installation") as table:
        table.drop_column("messages_from")
        table.drop_column("events_from")
