"""Routing strategies, and which versions of templates name them."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "routing_strategies",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "id", name="pk_routing_strategies"),
    )
    op.create_index(
        "ix_routing_strategies_environment_id_created_id", "routing_strategies", ["environment_id", "created", "id"]
    )
    op.add_column("template_versions", sa.Column("routing_strategy_id", _words()))
    op.create_index(
        "ix_template_versions_environment_id_routing_strategy_id",
        "template_versions",
        ["environment_id", "routing_strategy_id"],
    )
    versions = sa.table(
        "template_versions",
        *(sa.column(name) for name in ("environment_id", "template_id", "version", "settings", "routing_strategy_id")),
    )
    key = (versions.c.environment_id, versions.c.template_id, versions.c.version)
    connection = op.get_bind()
    for *place, settings in connection.execute(sa.select(*key, versions.c.settings)).all():
        if named := json.loads(bytes(settings)).get("routing_strategy_id"):
            at = sa.and_(*(column == value for column, value in zip(key, place, strict=True)))
            connection.execute(sa.update(versions).where(at).values(routing_strategy_id=named))


def downgrade() -> None:
    op.drop_index("ix_template_versions_environment_id_routing_strategy_id", "template_versions")
    op.drop_column("template_versions", "routing_strategy_id")
    op.drop_table("routing_strategies")
