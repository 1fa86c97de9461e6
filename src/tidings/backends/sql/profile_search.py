"""Finding profiles, over SQL: place by place, each within an index."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.profile_store import read_profiles
from tidings.backends.sql.profile_words import ANONYMOUS, KNOWN, PLACES, keys_at
from tidings.backends.sql.tables import profiles
from tidings.errors import InvalidInput
from tidings.ports import Page
from tidings.profiles import Profile, sought, words_of

_EVERYONE = -1


class SqlProfileSearch:
    """Profiles by their words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, environment_id: int, *, begins: str, limit: int, cursor: str | None) -> Page[Profile]:
        """Go from place to place."""
        number, word, user_key = decode(cursor, int, str, str) or (0 if begins else _EVERYONE, "", "")
        if (
            not isinstance(number, int)
            or not _EVERYONE <= number < len(PLACES)
            or (number == _EVERYONE) == bool(begins)
        ):
            raise InvalidInput("the cursor is none of ours: begin again without it", path="cursor")
        after = (str(word), str(user_key))
        async with self._database.read() as connection:
            if not begins:
                return await _everyone(connection, environment_id, after=after[1], limit=limit)
            found: list[Profile] = []
            while number < len(PLACES):
                keys = await keys_at(
                    connection, environment_id, PLACES[number], begins, after=after, limit=limit - len(found)
                )
                read = {
                    each.user_key: each
                    for each in await read_profiles(connection, environment_id, [k for _, k in keys])
                }
                found += [
                    read[key]
                    for at, key in keys
                    if key in read
                    and _place_of(read[key], begins) == number
                    and _is_first(read[key], number, begins, at)
                ]
                if len(found) >= limit or (keys and len(keys) >= limit):
                    return Page(found, encode(number, *keys[-1]))
                number, after = number + 1, ("", "")
        return Page(found)


async def _everyone(connection: AsyncConnection, environment_id: int, *, after: str, limit: int) -> Page[Profile]:
    here = (profiles.c.environment_id == environment_id, profiles.c.user_key > after)
    keys = await connection.scalars(select(profiles.c.user_key).where(*here).order_by(profiles.c.user_key).limit(limit))
    found = sorted(await read_profiles(connection, environment_id, list(keys)), key=lambda each: each.user_key)
    return Page(found, encode(_EVERYONE, "", found[-1].user_key) if len(found) == limit else None)


def _place_of(profile: Profile, begins: str) -> int | None:
    """Tell where a profile is found first: later places leave it out, and so does a word that is no longer true."""
    for number, place in enumerate(PLACES):
        if place in {KNOWN, ANONYMOUS}:
            if profile.user_key.startswith(place + begins):
                return number
        elif _words(profile, number, begins):
            return number
    return None


def _words(profile: Profile, number: int, begins: str) -> list[str]:
    word = sought(PLACES[number], begins)
    known = words_of(profile.data)
    return sorted(each for kind, each in known if word and kind == PLACES[number] and each.startswith(word))


def _is_first(profile: Profile, number: int, begins: str, at: str) -> bool:
    """Tell whether this is the first of a profile's words that begin so."""
    return PLACES[number] in {KNOWN, ANONYMOUS} or _words(profile, number, begins)[0] == at
