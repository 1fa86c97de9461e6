"""Known events are listed by name, over all sources."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NAME = "ix_known_events_environment_id_type_name"


def upgrade() -> None:
    op.create_index(_NAME, "known_events", ["environment_id", "type", "name"])


def downgrade() -> None:
    op.drop_index(_NAME, "known_events")
