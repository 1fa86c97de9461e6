"""Accounts sign in by the word of an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("issuer", _words()))
    op.add_column("accounts", sa.Column("subject", _words()))
    op.create_index("ix_accounts_issuer_subject", "accounts", ["issuer", "subject"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_accounts_issuer_subject", "accounts")
    op.drop_column("accounts", "subject")
    op.drop_column("accounts", "issuer")
