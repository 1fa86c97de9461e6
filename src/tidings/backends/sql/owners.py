"""Whose messages are: what a worker has claimed it need not look up again."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import read_many
from tidings.backends.sql.queue_statements import OWNERS, Key

Id = tuple[int, str]
"""A message's environment and id."""

_NOTED_MAX = 10_000  # many times what one worker holds; past it everything is forgotten, and looked up again


class Owners:
    """Whole keys of messages by their id. An owner never changes, so what is noted stays true."""

    def __init__(self) -> None:
        self._noted: dict[Id, Key] = {}

    def note(self, keys: Iterable[Key]) -> None:
        """Remember the keys of what was claimed."""
        if len(self._noted) > _NOTED_MAX:
            self._noted.clear()
        self._noted |= {(key[0], key[2]): key for key in keys}

    def noted(self, ids: Sequence[Id]) -> dict[Id, Key] | None:
        """Tell the keys of these messages; None when one of them is not noted."""
        found = {each: key for each in ids if (key := self._noted.get(each)) is not None}
        return found if len(found) == len(set(ids)) else None

    async def keys(self, connection: AsyncConnection, ids: Sequence[Id]) -> dict[Id, Key]:
        """Tell the keys of these messages; those that do not exist are left out."""
        found = {each: self._noted[each] for each in ids if each in self._noted}
        unknown = sorted(set(ids).difference(found))
        if unknown:
            rows = await read_many(connection, OWNERS, unknown)
            found |= {(row[0], row[2]): (row[0], row[1], row[2]) for row in rows}
        return found

    def forget(self, ids: Iterable[Id]) -> None:
        """Forget what is settled."""
        for each in ids:
            self._noted.pop(each, None)
