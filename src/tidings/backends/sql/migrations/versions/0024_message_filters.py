"""Messages are found by tenant, by tag, and by channel."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _index(name: str, *columns: str) -> None:
    given = sa.text(f"{columns[0]} IS NOT NULL")
    names = ["environment_id", *columns, "enqueued", "id"]
    op.create_index(name, "messages", names, sqlite_where=given, postgresql_where=given)


def upgrade() -> None:
    op.add_column("messages", sa.Column("tenant_id", _words()))
    _index("ix_messages_tenant", "tenant_id")
    op.drop_index("ix_messages_provider", "messages")
    _index("ix_messages_provider", "provider", "channel")
    op.create_table(
        "message_tags",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("message_id", _words(), nullable=False),
        sa.Column("tag", _words(), nullable=False),
        sa.Column("enqueued", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "message_id", "tag", name="pk_message_tags"),
    )
    op.create_index("ix_message_tags_tag", "message_tags", ["environment_id", "tag", "enqueued", "message_id"])


def downgrade() -> None:
    op.drop_table("message_tags")
    op.drop_index("ix_messages_provider", "messages")
    _index("ix_messages_provider", "provider")
    op.drop_index("ix_messages_tenant", "messages")
    with op.batch_alter_table("messages") as table:
        table.drop_column("tenant_id")
