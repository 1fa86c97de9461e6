"""What hangs on a message lies in the order of messages, not of users (ADR 0095).

On SQLite the tables are written anew: it takes as much free disk as they hold.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_BY_MESSAGE = {
    "due": ("environment_id", "message_id", "user_key"),
    "attempts": ("environment_id", "message_id", "user_key", "number"),
    "data_log": ("environment_id", "message_id", "user_key", "ordinal"),
    "outputs": ("environment_id", "message_id", "user_key", "channel"),
    "outbox": ("environment_id", "message_id", "channel"),
}
_BY_USER = {
    "due": ("environment_id", "user_key", "message_id"),
    "attempts": ("environment_id", "user_key", "message_id", "number"),
    "data_log": ("environment_id", "user_key", "message_id", "ordinal"),
    "outputs": ("environment_id", "user_key", "message_id", "channel"),
    "outbox": ("environment_id", "recipient", "message_id", "channel"),
}
_ID_OF_OUTBOX = "uq_outbox_environment_id_message_id_channel"


def upgrade() -> None:
    _key(_BY_MESSAGE, without_rowid=("attempts",))


def downgrade() -> None:
    _key(_BY_USER, without_rowid=())


def _key(keys: Mapping[str, Sequence[str]], *, without_rowid: Sequence[str]) -> None:
    op.drop_index("ix_due_worker", table_name="due")  # a table that is written anew forgets what an index leaves out
    for name, columns in keys.items():
        with op.batch_alter_table(name, table_kwargs={"sqlite_with_rowid": name not in without_rowid}) as table:
            table.drop_constraint(f"pk_{name}", type_="primary")
            if name == "outbox" and keys is _BY_MESSAGE:
                table.drop_constraint(_ID_OF_OUTBOX, type_="unique")
            table.create_primary_key(f"pk_{name}", list(columns))
            if name == "outbox" and keys is _BY_USER:
                table.create_unique_constraint(_ID_OF_OUTBOX, ["environment_id", "message_id", "channel"])
    given = sa.text("worker IS NOT NULL")
    op.create_index("ix_due_worker", "due", ["worker"], sqlite_where=given, postgresql_where=given)
