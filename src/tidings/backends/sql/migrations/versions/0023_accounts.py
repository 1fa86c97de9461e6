"""Accounts of Studio, their sessions, and what was changed by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("last_used", sa.BigInteger()))
    op.create_table(
        "accounts",
        sa.Column("id", _words(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("email", _words(), nullable=False),
        sa.Column("name", _words(), nullable=False),
        sa.Column("role", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.BigInteger()),
        sa.Column("signed_in", sa.BigInteger()),
        sa.Column("password_hash", _words()),
        sa.Column("second_factor", sa.LargeBinary()),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
    )
    op.create_index("ix_accounts_workspace_id_created_id", "accounts", ["workspace_id", "created", "id"])
    op.create_table(
        "account_links",
        sa.Column("account_id", _words(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_links"),
        sa.UniqueConstraint("token_hash", name="uq_account_links_token_hash"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", _words(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "studio_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", _words(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("address", _words(), nullable=False),
        sa.Column("agent", _words(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_studio_sessions"),
    )
    op.create_index("ix_studio_sessions_account_id_id", "studio_sessions", ["account_id", "id"])
    op.create_index("ix_studio_sessions_expires", "studio_sessions", ["expires"])
    op.create_table(
        "sign_in_tries",
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_sign_in_tries"),
    )
    op.create_table(
        "audit_log",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("id", _words(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", _words(), nullable=False),
        sa.Column("actor_id", _words(), nullable=False),
        sa.Column("type", _words(), nullable=False),
        sa.Column("method", _words(), nullable=False),
        sa.Column("route", _words(), nullable=False),
        sa.Column("target", _words(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("address", _words(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "environment_id", "id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])


def downgrade() -> None:
    for table in ("audit_log", "sign_in_tries", "studio_sessions", "recovery_codes", "account_links", "accounts"):
        op.drop_table(table)
    op.drop_column("api_keys", "last_used")
