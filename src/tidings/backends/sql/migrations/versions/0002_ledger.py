"""Counts for the ledger, and the installation's own row."""

import secrets
import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HOUR_MS = 3_600_000


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _installation()
    _counts("call_counts", "partition")
    _counts("message_counts", "shard")
    op.drop_table("drops")


def downgrade() -> None:
    op.create_table(
        "drops",
        sa.Column("reason", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_drops")),
    )
    op.execute(
        "INSERT INTO drops (reason, count) SELECT 'duplicate', sum(count) FROM call_counts"
        " WHERE word = 'DUPLICATE' HAVING count(*) > 0"
    )
    op.drop_table("message_counts")
    op.drop_table("call_counts")
    op.drop_table("installation")


def _installation() -> None:
    table = op.create_table(
        "installation",
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("counted_from", sa.Integer(), nullable=False),
        sa.Column("home", _words(), nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("held_because", _words(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_installation")),
    )
    now = time.time_ns() // 1_000_000
    # What an older version applied was not counted, and its hour may go on: counts are whole from the next one.
    connection = op.get_bind()
    has_past = any(
        connection.scalar(sa.text(f"SELECT 1 FROM {name} LIMIT 1"))
        for name in ("inbound_events", "messages", "offsets")
    )
    counted_from = now // _HOUR_MS + 1 if has_past else 0
    row = {"number": 1, "id": secrets.token_hex(16), "created": now, "counted_from": counted_from}
    connection.execute(table.insert(), [row])


def _counts(name: str, part: str) -> None:
    op.create_table(
        name,
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column(part, sa.SmallInteger(), nullable=False),
        sa.Column("word", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "hour", part, "word", "reason", name=op.f(f"pk_{name}")),
    )
