"""Messages are found by the list that they went to."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("messages", sa.Column("list_id", _words()))
    op.create_index(
        "ix_messages_list",
        "messages",
        ["environment_id", "list_id", "enqueued", "id"],
        sqlite_where=sa.text("list_id IS NOT NULL"),
        postgresql_where=sa.text("list_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_list", "messages")
    with op.batch_alter_table("messages") as table:
        table.drop_column("list_id")
