"""Destinations, their deliveries, several write keys of a source, and the catalogue of events."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _write_keys()
    _destinations()
    _passed_over()
    _deliveries()
    _delivery_counts()
    _delivery_failures()
    _leases()
    _known_events()


def downgrade() -> None:
    for table in (
        "known_events",
        "leases",
        "delivery_failures",
        "delivery_counts",
        "deliveries",
        "passed_over",
        "destinations",
    ):
        op.drop_table(table)
    _one_write_key()


def _environment() -> sa.Column[int]:
    return sa.Column("environment_id", sa.Integer(), nullable=False)


def _write_keys() -> None:
    op.create_table(
        "write_keys",
        _environment(),
        sa.Column("id", _words(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hint", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("environment_id", "id", name=op.f("pk_write_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_write_keys_key_hash")),
    )
    op.create_index(op.f("ix_write_keys_environment_id_source_id"), "write_keys", ["environment_id", "source_id"])
    op.execute(
        "INSERT INTO write_keys (environment_id, id, source_id, key_hash, key_sealed, hint, created, revoked)"
        " SELECT environment_id, 'first_' || id, id, write_key_hash, write_key_sealed, write_key_hint, created, NULL"
        " FROM sources"
    )
    with op.batch_alter_table("sources", recreate=_recreate()) as batch:
        batch.add_column(sa.Column("settings", sa.LargeBinary(), nullable=True))
        batch.drop_constraint(op.f("uq_sources_write_key_hash"), type_="unique")
        for column in ("write_key_hash", "write_key_sealed", "write_key_hint"):
            batch.drop_column(column)


def _one_write_key() -> None:
    """Put each source's newest key back beside it; sources that have none are lost with their keys."""
    with op.batch_alter_table("sources", recreate=_recreate()) as batch:
        batch.drop_column("settings")
        batch.add_column(sa.Column("write_key_hash", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("write_key_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("write_key_hint", _words(), nullable=True))
    for column, before in (("hash", "key_hash"), ("sealed", "key_sealed"), ("hint", "hint")):
        op.execute(
            f"UPDATE sources SET write_key_{column} = (SELECT {before} FROM write_keys"
            " WHERE write_keys.environment_id = sources.environment_id AND write_keys.source_id = sources.id"
            " AND revoked IS NULL ORDER BY write_keys.created DESC, write_keys.id DESC LIMIT 1)"
        )
    op.execute("DELETE FROM sources WHERE write_key_hash IS NULL")
    with op.batch_alter_table("sources", recreate=_recreate()) as batch:
        for column, kind in (("hash", sa.LargeBinary()), ("sealed", sa.LargeBinary()), ("hint", _words())):
            batch.alter_column(f"write_key_{column}", existing_type=kind, nullable=False)
        batch.create_unique_constraint(op.f("uq_sources_write_key_hash"), ["write_key_hash"])
    op.drop_table("write_keys")


def _recreate() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _destinations() -> None:
    op.create_table(
        "destinations",
        _environment(),
        sa.Column("id", _words(), nullable=False),
        sa.Column("kind", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.LargeBinary(), nullable=True),
        sa.Column("settings_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("filters", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name=op.f("pk_destinations")),
        sa.UniqueConstraint("environment_id", "name", name=op.f("uq_destinations_environment_id_name")),
    )


def _passed_over() -> None:
    op.create_table(
        "passed_over",
        _environment(),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "partition", "position", name=op.f("pk_passed_over")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _environment(),
        sa.Column("destination_id", _words(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", _words(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "destination_id", "position", name=op.f("pk_deliveries")),
    )
    op.create_index(
        op.f("ix_deliveries_environment_id_destination_id_due_at"),
        "deliveries",
        ["environment_id", "destination_id", "due_at"],
    )
    op.create_index(
        op.f("ix_deliveries_environment_id_destination_id_user_key_position"),
        "deliveries",
        ["environment_id", "destination_id", "user_key", "position"],
    )


def _delivery_counts() -> None:
    op.create_table(
        "delivery_counts",
        _environment(),
        sa.Column("destination_id", _words(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("result", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "destination_id",
            "hour",
            "name",
            "result",
            "reason",
            name=op.f("pk_delivery_counts"),
        ),
    )


def _delivery_failures() -> None:
    op.create_table(
        "delivery_failures",
        _environment(),
        sa.Column("destination_id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("call_id", _words(), nullable=False),
        sa.Column("reason", _words(), nullable=False),
        sa.Column("detail", _words(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "environment_id", "destination_id", "at", "position", name=op.f("pk_delivery_failures")
        ),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", _words(), nullable=False),
        sa.Column("holder", _words(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _known_events() -> None:
    op.create_table(
        "known_events",
        _environment(),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("type", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("properties", sa.LargeBinary(), nullable=False),
        sa.Column("days", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "source_id", "type", "name", name=op.f("pk_known_events")),
    )
