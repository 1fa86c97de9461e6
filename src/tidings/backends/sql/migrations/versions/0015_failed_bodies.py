"""What a destination did not take is kept, so that it can be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery_failures", sa.Column("body", sa.LargeBinary(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("delivery_failures") as table:
        table.drop_column("body")
