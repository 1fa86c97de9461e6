"""Translations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, text

from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables_content import translations
from tidings.errors import NotFound, TooLarge
from tidings.translations import Messages

LOCALES_MAX = 200
"""Catalogues of one environment; CLDR knows about 200 languages in use."""

_PUT = text(
    "INSERT INTO translations (environment_id, domain, locale, po, updated)"
    " VALUES (:environment_id, :domain, :locale, :po, :updated)"
    " ON CONFLICT (environment_id, domain, locale) DO UPDATE SET po = excluded.po, updated = excluded.updated"
)


class SqlTranslationStore:
    """Translations in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, messages: Messages) -> None:
        """Keep a catalogue, in place of what stood there. Raises `TooLarge` past 200 locales of an environment."""
        here = translations.c.environment_id == messages.environment_id
        async with self._database.write() as connection:
            await bump(connection, "words")
            await connection.execute(
                _PUT,
                {
                    "environment_id": messages.environment_id,
                    "domain": messages.domain,
                    "locale": messages.locale,
                    "po": messages.text.encode("utf-8", "replace"),
                    "updated": messages.updated,
                },
            )
            count = await connection.scalar(select(func.count()).select_from(translations).where(here))
            if (count or 0) > LOCALES_MAX:
                raise TooLarge(f"an environment has {LOCALES_MAX} catalogues at most")

    async def get(self, environment_id: int, domain: str, locale: str) -> Messages:
        """Read one. Raises `NotFound`."""
        query = select(translations).where(
            translations.c.environment_id == environment_id,
            translations.c.domain == domain,
            translations.c.locale == locale,
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"there are no translations into {locale!r} in the domain {domain!r}")
        return _messages(row)

    async def stamps(self, environment_ids: Sequence[int]) -> dict[tuple[int, str, str], int]:
        """Tell when each was written (ms), by environment, domain and locale: to know what to read again."""
        columns = (translations.c.environment_id, translations.c.domain, translations.c.locale, translations.c.updated)
        query = select(*columns).where(translations.c.environment_id.in_(list(environment_ids)))
        async with self._database.read() as connection:
            return {(row[0], row[1], row[2]): row[3] for row in await connection.execute(query)}

    async def all(self, environment_ids: Sequence[int]) -> list[Messages]:
        """Read all of these environments, ordered by environment, domain and locale."""
        query = select(translations).where(translations.c.environment_id.in_(list(environment_ids)))
        ordered = query.order_by(translations.c.environment_id, translations.c.domain, translations.c.locale)
        async with self._database.read() as connection:
            return [_messages(row) for row in await connection.execute(ordered)]


def _messages(row: Row[Any]) -> Messages:
    return Messages(
        environment_id=row.environment_id,
        domain=row.domain,
        locale=row.locale,
        text=bytes(row.po).decode(),
        updated=row.updated,
    )
