"""Profiles are found by their addresses and names; those that there are, are read once."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_NAMES = (("name",), ("given_name", "family_name"), ("first_name", "last_name"), ("firstName", "lastName"))


def _words() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    table = op.create_table(
        "profile_words",
        sa.Column("environment_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words(), nullable=False),
        sa.Column("word", _words(), nullable=False),
        sa.Column("user_key", _words(), nullable=False),
        sa.PrimaryKeyConstraint("environment_id", "kind", "word", "user_key", name="pk_profile_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_profile_words_environment_id_user_key", "profile_words", ["environment_id", "user_key"])
    profiles = sa.table("profiles", sa.column("environment_id"), sa.column("user_key"), sa.column("data"))
    connection = op.get_bind()
    key = (profiles.c.environment_id, profiles.c.user_key)
    last: tuple[Any, ...] = (-1, "")
    while True:
        after = sa.or_(key[0] > last[0], sa.and_(key[0] == last[0], key[1] > last[1]))
        rows = connection.execute(sa.select(profiles).where(after).order_by(*key).limit(_AT_ONCE)).all()
        if not rows:
            return
        last = (rows[-1][0], rows[-1][1])
        found = [
            {"environment_id": row[0], "user_key": row[1], "kind": kind, "word": word}
            for row in rows
            for kind, word in sorted(_found_by(json.loads(row[2])))
        ]
        if found:
            connection.execute(table.insert(), found)


def downgrade() -> None:
    op.drop_table("profile_words")


def _found_by(profile: dict[str, Any]) -> set[tuple[str, str]]:
    found = {("email", _plain(text)) for text in _texts(profile, ("email",))}
    phones = _texts(profile, ("phone_number", "phone"))
    found |= {("phone", "".join(each for each in text if each.isdigit() or each == "+")[:100]) for text in phones}
    for keys in _NAMES:
        parts = _plain(" ".join(_texts(profile, keys))).split()[:4]
        found |= {("name", " ".join(parts[place:])) for place in range(len(parts))}
    return {(kind, word) for kind, word in found if word}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())[:100].replace("\0", "")


def _texts(profile: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    return [text for each in keys if isinstance(text := profile.get(each), str) and text]
