"""Writing and searching the words by which profiles are found."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import by_key, insert_rows, read_many
from tidings.backends.sql.chunks import any_of
from tidings.backends.sql.tables import profiles
from tidings.backends.sql.tables_profiles import profile_words
from tidings.profiles.words import EMAIL, NAME, PHONE, Word, sought

LAST = "\U0010ffff"
"""Sorts behind every character."""
KNOWN, ANONYMOUS = "u:", "a:"

Key = tuple[int, str]
_STANDING = by_key(profile_words, "environment_id", "user_key")

PLACES: Sequence[str] = (KNOWN, ANONYMOUS, EMAIL, PHONE, NAME)
"""Where is looked, in this order."""


async def write_words(connection: AsyncConnection, words: Mapping[Key, Collection[Word]]) -> None:
    """Let these users be found by these words and no others; what stands already is not written again."""
    standing: dict[Key, set[Word]] = {}
    for environment_id, kind, word, user_key in await read_many(connection, _STANDING, sorted(words)):
        standing.setdefault((environment_id, user_key), set()).add((kind, word))
    new: list[tuple[Any, ...]] = []
    for key, wanted in words.items():
        gone = standing.get(key, set()).difference(wanted)
        if gone:
            this = (profile_words.c.environment_id == key[0], profile_words.c.user_key == key[1])
            these = any_of((profile_words.c.kind, profile_words.c.word), sorted(gone))
            await connection.execute(delete(profile_words).where(*this, these))
        new += [(key[0], kind, word, key[1]) for kind, word in sorted(set(wanted).difference(standing.get(key, ())))]
    if new:
        await insert_rows(connection, [(profile_words, sorted(new))])


async def keys_at(
    connection: AsyncConnection, environment_id: int, place: str, begins: str, *, after: tuple[str, str], limit: int
) -> list[tuple[str, str]]:
    """Find users whose id, or word, begins so: the word and the user key, in order, from behind one on."""
    if place in {KNOWN, ANONYMOUS}:
        first = place + begins
        key = profiles.c.user_key
        within: list[ColumnElement[bool]] = [key >= first, key < first + LAST, key > after[1]]
        query = select(key, key).where(profiles.c.environment_id == environment_id, *within).order_by(key)
        return [(row[0], row[1]) for row in await connection.execute(query.limit(limit))]
    word = sought(place, begins)
    if not word:
        return []
    columns = (profile_words.c.word, profile_words.c.user_key)
    here = (profile_words.c.environment_id == environment_id, profile_words.c.kind == place)
    within = [profile_words.c.word >= word, profile_words.c.word < word + LAST, tuple_(*columns) > tuple_(*after)]
    found = await connection.execute(select(*columns).where(*here, *within).order_by(*columns).limit(limit))
    return [(row[0], row[1]) for row in found]
