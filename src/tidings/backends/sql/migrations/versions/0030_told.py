"""What outside destinations were told of a regulation."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("regulations", sa.Column("outside", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("regulations", "outside")
