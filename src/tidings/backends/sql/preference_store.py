"""Topics and what users chose, over SQL."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Row, Table, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.cursor import decode
from tidings.backends.sql.database import Database
from tidings.backends.sql.preference_logs import log_choices, read_logs
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables_preferences import preference_pages, preferences, sections, topics
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.ports import Page
from tidings.preferences import Preference, PreferenceLog, PreferencePage, Section, Topic

SECTIONS_MAX = 200
TOPICS_MAX = 1000
"""All of them are shown on one page, and read with a user's choices."""

N = TypeVar("N", Section, Topic)

_section = msgspec.json.Decoder(Section)
_topic = msgspec.json.Decoder(Topic)
_put = insert(preferences)
_PUT = _put.on_conflict_do_update(
    index_elements=preferences.primary_key.columns,
    set_={name: _put.excluded[name] for name in ("status", "channels", "updated")}
    | {"digest_schedule_id": func.coalesce(_put.excluded.digest_schedule_id, preferences.c.digest_schedule_id)},
)


class SqlPreferenceStore:
    """Sections, topics and choices in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_section(self, section: Section, *, create: bool) -> Section:
        """Create or replace."""
        async with self._database.write() as connection:
            before = await _body(connection, sections, section.environment_id, section.id)
            if not create and before is None:
                raise _unknown("section", section.id)
            if before is None:
                standing = await _arranged(connection, sections, _section, section.environment_id)
                section = _last(section, standing, SECTIONS_MAX)
            kept = _made_as_before(section, _section.decode(before) if before else None)
            await _keep(connection, sections, {"body": msgspec.json.encode(kept)}, kept)
        return kept

    async def sections(self, environment_id: int) -> list[Section]:
        """List sections."""
        async with self._database.read() as connection:
            return await _arranged(connection, sections, _section, environment_id)

    async def arrange_sections(self, environment_id: int, section_ids: Sequence[str]) -> None:
        """Show these first, in this order."""
        async with self._database.write() as connection:
            standing = await _arranged(connection, sections, _section, environment_id)
            await _arrange(connection, sections, standing, section_ids)

    async def delete_section(self, environment_id: int, section_id: str) -> None:
        """Delete one that has no topics."""
        inside = select(topics.c.id).where(topics.c.environment_id == environment_id, topics.c.section_id == section_id)
        async with self._database.write() as connection:
            if (await connection.execute(inside.limit(1))).first() is not None:
                raise Conflict("the section still has topics: delete them first")
            one = delete(sections).where(_is(sections, environment_id, section_id))
            if (await connection.execute(one)).rowcount == 0:
                raise _unknown("section", section_id)

    async def put_topic(self, topic: Topic, *, create: bool) -> Topic:
        """Create or replace."""
        async with self._database.write() as connection:
            await bump(connection, "words")
            if await _body(connection, sections, topic.environment_id, topic.section_id) is None:
                raise _unknown("section", topic.section_id)
            body = await _body(connection, topics, topic.environment_id, topic.id)
            before = _topic.decode(body) if body else None
            if not create and (before is None or before.section_id != topic.section_id):
                raise _unknown("topic", topic.id)
            if before is None:
                standing = await _arranged(connection, topics, _topic, topic.environment_id)
                topic = _last(topic, standing, TOPICS_MAX)
            kept = _made_as_before(topic, before)
            values = {"section_id": kept.section_id, "body": msgspec.json.encode(kept)}
            await _keep(connection, topics, values, kept)
        return kept

    async def all_topics(self, environment_id: int) -> list[Topic]:
        """List topics."""
        async with self._database.read() as connection:
            return await _arranged(connection, topics, _topic, environment_id)

    async def arrange_topics(self, environment_id: int, section_id: str, topic_ids: Sequence[str]) -> None:
        """Show these topics of a section first, in this order."""
        async with self._database.write() as connection:
            if await _body(connection, sections, environment_id, section_id) is None:
                raise _unknown("section", section_id)
            standing = await _arranged(connection, topics, _topic, environment_id)
            await _arrange(connection, topics, [each for each in standing if each.section_id == section_id], topic_ids)

    async def delete_topic(self, environment_id: int, section_id: str, topic_id: str) -> None:
        """Delete one."""
        one = delete(topics).where(_is(topics, environment_id, topic_id), topics.c.section_id == section_id)
        async with self._database.write() as connection:
            await bump(connection, "words")
            if (await connection.execute(one)).rowcount == 0:
                raise _unknown("topic", topic_id)

    async def topics(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Topic]:
        """Read topics."""
        key = (topics.c.environment_id, topics.c.id)
        query = select(topics.c.body)
        found = [_topic.decode(row.body) for row in await self._rows(query, key, keys)]
        return {(topic.environment_id, topic.id): topic for topic in found}

    async def chosen(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], list[Preference]]:
        """Read what users chose."""
        key = (preferences.c.environment_id, preferences.c.user_id)
        found: dict[tuple[int, str], list[Preference]] = {}
        for row in await self._rows(select(preferences), key, keys):
            found.setdefault((row.environment_id, row.user_id), []).append(_preference(row))
        return found

    async def choose(
        self, environment_id: int, user_id: str, *, put: Sequence[Preference], drop: Sequence[tuple[str, str]]
    ) -> None:
        """Keep choices and forget others."""
        rows = [
            {
                "environment_id": environment_id,
                "user_id": user_id,
                "topic_id": each.topic_id,
                "tenant_id": each.tenant_id,
                "status": each.status,
                "channels": None if each.channels is None else ",".join(each.channels),
                "updated": each.updated,
                "digest_schedule_id": each.digest_schedule_id,
            }
            for each in put
        ]
        async with self._database.write() as connection:
            for topic_id, tenant_id in drop:
                mine = (preferences.c.environment_id == environment_id, preferences.c.user_id == user_id)
                one = and_(*mine, preferences.c.topic_id == topic_id, preferences.c.tenant_id == tenant_id)
                await connection.execute(delete(preferences).where(one))
            if rows:
                await log_choices(connection, environment_id, user_id, put)
                await connection.execute(_PUT, rows)

    async def logs(
        self,
        environment_id: int,
        *,
        user_id: str | None,
        tenant_id: str | None,
        since: int | None,
        limit: int,
        cursor: str | None,
    ) -> Page[PreferenceLog]:
        """List choices, newest first."""
        async with self._database.read() as connection:
            return await read_logs(
                connection, environment_id, (user_id, tenant_id, since), limit=limit, after=decode(cursor, str)
            )

    async def publish(self, page: PreferencePage) -> None:
        """Put the page in the place of the one before."""
        statement = insert(preference_pages).values(environment_id=page.environment_id, body=msgspec.json.encode(page))
        key = preference_pages.primary_key.columns
        replaced = statement.on_conflict_do_update(index_elements=key, set_={"body": statement.excluded.body})
        async with self._database.write() as connection:
            await connection.execute(replaced)

    async def published(self, environment_id: int) -> PreferencePage | None:
        """Read the page."""
        query = select(preference_pages.c.body).where(preference_pages.c.environment_id == environment_id)
        async with self._database.read() as connection:
            body: bytes | None = await connection.scalar(query)
        return msgspec.json.decode(body, type=PreferencePage) if body else None

    async def _rows(self, query: Any, key: Sequence[Column[Any]], keys: Sequence[tuple[int, str]]) -> list[Row[Any]]:
        rows: list[Row[Any]] = []
        if keys:
            async with self._database.read() as connection:
                for part in chunks(keys):
                    rows += (await connection.execute(query.where(any_of(key, part)))).all()
        return rows


def _made_as_before(item: N, before: N | None) -> N:
    """Keep when and by whom it was made, and where it stands."""
    if before is None:
        return item
    return msgspec.structs.replace(item, created=before.created, creator=before.creator, position=before.position)


async def _body(connection: AsyncConnection, table: Table, environment_id: int, item_id: str) -> bytes | None:
    body: bytes | None = await connection.scalar(select(table.c.body).where(_is(table, environment_id, item_id)))
    return body


async def _arranged(
    connection: AsyncConnection, table: Table, decoder: msgspec.json.Decoder[N], environment_id: int
) -> list[N]:
    """List in the order to show; few are arranged, and all are read whole."""
    query = select(table.c.body).where(table.c.environment_id == environment_id)
    bodies = await connection.scalars(query.order_by(table.c.created, table.c.id))
    return sorted((decoder.decode(body) for body in bodies), key=lambda each: each.position)


async def _arrange(connection: AsyncConnection, table: Table, standing: Sequence[N], first: Sequence[str]) -> None:
    by_id: dict[str, N] = {each.id: each for each in standing}
    if unknown := next((each for each in first if each not in by_id), None):
        raise _unknown(table.name.removesuffix("s"), unknown)
    for position, item_id in enumerate(dict.fromkeys([*first, *by_id]), 1):
        kept = msgspec.structs.replace(by_id[item_id], position=position)
        changed = update(table).where(_is(table, kept.environment_id, kept.id))
        await connection.execute(changed.values(body=msgspec.json.encode(kept)))


def _last(item: N, standing: Sequence[N], count_max: int) -> N:
    """Put a new one behind those that were arranged. Raises `TooLarge` where there is no room for one."""
    if len(standing) >= count_max:
        raise TooLarge(f"an environment has {count_max} {type(item).__name__.lower()}s at most")
    last = max((each.position for each in standing), default=0)
    return msgspec.structs.replace(item, position=last + 1 if last else 0)


async def _keep(connection: AsyncConnection, table: Table, values: dict[str, Any], item: Section | Topic) -> None:
    row = {"environment_id": item.environment_id, "id": item.id, "created": item.created, **values}
    statement = insert(table).values(row)
    replaced = {name: statement.excluded[name] for name in values}
    await connection.execute(statement.on_conflict_do_update(index_elements=table.primary_key.columns, set_=replaced))


def _is(table: Table, environment_id: int, item_id: str) -> Any:
    return and_(table.c.environment_id == environment_id, table.c.id == item_id)


def _preference(row: Row[Any]) -> Preference:
    channels = None if row.channels is None else tuple(word for word in row.channels.split(",") if word)
    return Preference(
        topic_id=row.topic_id,
        status=row.status,
        channels=channels,
        tenant_id=row.tenant_id,
        updated=row.updated,
        digest_schedule_id=row.digest_schedule_id or None,
    )


def _unknown(kind: str, item_id: str) -> NotFound:
    return NotFound(f"there is no {kind} {item_id!r}")
