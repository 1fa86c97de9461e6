"""Regulations over SQL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.delivery_rows import write_deliveries
from tidings.backends.sql.listing import earlier
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables import profiles
from tidings.backends.sql.tables_identity import profile_links
from tidings.backends.sql.tables_preferences import suppressions
from tidings.backends.sql.tables_privacy import regulations as table
from tidings.backends.sql.tables_privacy import suppressed_users
from tidings.effects import Deferred, Forgotten
from tidings.errors import Conflict, NotFound
from tidings.ports import Page
from tidings.records import user_key
from tidings.regulations import Regulation, Subjects, Told, addresses_in, suppresses

_SUPPRESS = text(
    "INSERT INTO suppressed_users (environment_id, user_key, subject, created)"
    " VALUES (:environment_id, :user_key, :subject, :created) ON CONFLICT DO NOTHING"
)
# Who was on the suppression list for another reason is there for that reason again when this one is lifted.
_SILENCE = text(
    "INSERT INTO suppressions (environment_id, address, kind, detail, created)"
    " VALUES (:environment_id, :address, 'privacy', '', :created) ON CONFLICT (environment_id, address)"
    " DO UPDATE SET detail = suppressions.kind, kind = 'privacy' WHERE suppressions.kind <> 'privacy'"
)
_ADD = table.insert()


class SqlRegulationStore:
    """Regulations in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, regulation: Regulation) -> Regulation:
        """Take a request."""
        async with self._database.write() as connection:
            if suppresses(regulation.type):
                await _suppress(connection, regulation)
            elif regulation.type == "UNSUPPRESS":
                await _lift(connection, regulation)
            await connection.execute(_ADD, _row(regulation))
        return regulation

    async def get(self, environment_id: int, regulation_id: str) -> Regulation:
        """Read one."""
        async with self._database.read() as connection:
            return await _one(connection, environment_id, regulation_id)

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Regulation]:
        """List, newest first."""
        place = decode(cursor, int, str)
        query = select(table).where(table.c.environment_id == environment_id)
        if place:
            query = query.where(earlier((table.c.created, table.c.id), place))
        query = query.order_by(table.c.created.desc(), table.c.id.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            found = [_of(row) for row in await connection.execute(query)]
        items = found[:limit]
        return Page(items, encode(items[-1].created, items[-1].id) if len(found) > limit else None)

    async def withdraw(self, environment_id: int, regulation_id: str) -> None:
        """Take back a request of which nothing was done."""
        untouched = (*_is(environment_id, regulation_id), table.c.status == "INITIALIZED")
        async with self._database.write() as connection:
            found = await _one(connection, environment_id, regulation_id)
            if suppresses(found.type) or (await connection.execute(delete(table).where(*untouched))).rowcount == 0:
                raise Conflict("something was done of it already; a regulation UNSUPPRESS lifts a suppression")

    async def suppressed(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[str]:
        """List the ids of users whose calls are refused."""
        subject = suppressed_users.c.subject
        query = select(subject).distinct().where(suppressed_users.c.environment_id == environment_id)
        if place := decode(cursor, str):
            query = query.where(subject > place[0])
        async with self._database.read() as connection:
            found = list(await connection.scalars(query.order_by(subject).limit(limit + 1)))
        return Page(found[:limit], encode(found[limit - 1]) if len(found) > limit else None)

    async def due(self, *, now: int, limit: int) -> list[Regulation]:
        """Find those on which something is left to do."""
        query = select(table).where(table.c.finished == null(), table.c.due_at <= now).order_by(table.c.due_at)
        async with self._database.read() as connection:
            return [_of(row) for row in await connection.execute(query.limit(limit))]

    async def subjects(self, regulation: Regulation) -> Subjects:
        """Tell by what names its users' data are found."""
        one = _is(regulation.environment_id, regulation.id)
        async with self._database.write() as connection:
            kept = await connection.scalar(select(table.c.subjects).where(*one))
            if kept is not None:
                return msgspec.json.decode(kept, type=Subjects)
            keys = await _keys(connection, regulation.environment_id, regulation.user_ids)
            known = await _profiles(connection, regulation.environment_id, sorted(keys))
            subjects = Subjects(user_keys=sorted(keys), addresses=addresses_in(known))
            names = msgspec.json.encode(subjects)
            await connection.execute(update(table).where(*one).values(subjects=names, status="RUNNING"))
        return subjects

    async def hand_on(self, regulation: Regulation, told: Mapping[str, Told], queued: Sequence[Deferred]) -> bool:
        """Put what destinations are told into their queues, and on the receipt."""
        mine = (*_is(regulation.environment_id, regulation.id), table.c.outside == null())
        async with self._database.write() as connection:
            written = update(table).where(*mine).values(outside=msgspec.json.encode(told))
            if not (await connection.execute(written)).rowcount:
                return False
            await write_deliveries(connection, deferred=queued, tallies=(), failures=())
        return True

    async def note(self, regulation: Regulation, erased: Mapping[str, int]) -> None:
        """Add to the receipt."""
        async with self._database.write() as connection:
            await note(connection, regulation, erased)

    async def progress(self, regulation: Regulation, *, due_at: int, finished: int | None = None) -> None:
        """Note that a pass was made."""
        values: dict[str, Any] = {"passes": table.c.passes + 1, "due_at": due_at, "error": ""}
        if finished is not None:
            values |= {"finished": finished, "status": "FINISHED", "subjects": None}
        one = _is(regulation.environment_id, regulation.id)
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*one).values(**values))

    async def hold_up(self, regulation: Regulation, error: str, *, due_at: int) -> None:
        """Note why it could not go on."""
        one = _is(regulation.environment_id, regulation.id)
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*one).values(error=error, due_at=due_at))


async def note(connection: AsyncConnection, regulation: Regulation, erased: Mapping[str, int]) -> None:
    """Add to a receipt, in the transaction that erases."""
    one = _is(regulation.environment_id, regulation.id)
    stored = await connection.scalar(select(table.c.erased).where(*one).with_for_update())
    total = Counter(msgspec.json.decode(stored or b"{}", type=dict[str, int]))
    total.update(erased)
    written = {name: count for name, count in sorted(total.items()) if count}
    await connection.execute(update(table).where(*one).values(erased=msgspec.json.encode(written)))


async def hear(connection: AsyncConnection, forgotten: Sequence[Forgotten]) -> None:
    """Put what became of users at destinations on the receipts, in the transaction that takes them off the queues."""
    for environment_id, regulation_id in sorted({(each.environment_id, each.regulation_id) for each in forgotten}):
        one = _is(environment_id, regulation_id)
        told = _told(await connection.scalar(select(table.c.outside).where(*one).with_for_update()))
        for each in forgotten:
            if each.regulation_id == regulation_id and told and each.destination_id in told:
                told[each.destination_id] = told[each.destination_id].heard(each.user_id, each.error, at=each.at)
        if told:
            await connection.execute(update(table).where(*one).values(outside=msgspec.json.encode(told)))


def _told(stored: bytes | None) -> dict[str, Told] | None:
    return None if stored is None else msgspec.json.decode(stored, type=dict[str, Told])


async def _suppress(connection: AsyncConnection, regulation: Regulation) -> None:
    keys = await _keys(connection, regulation.environment_id, regulation.user_ids)
    own = {"environment_id": regulation.environment_id, "created": regulation.created}
    await connection.execute(_SUPPRESS, [{**own, "user_key": key, "subject": of} for key, of in sorted(keys.items())])
    silent = [{**own, "address": f"user:{user_id.strip()}"} for user_id in regulation.user_ids]
    await connection.execute(_SILENCE, silent)
    await bump(connection, "destinations")


async def _lift(connection: AsyncConnection, regulation: Regulation) -> None:
    here = suppressed_users.c.environment_id == regulation.environment_id
    for ids in chunks(regulation.user_ids):
        await connection.execute(delete(suppressed_users).where(here, suppressed_users.c.subject.in_(ids)))
        silent = (
            suppressions.c.environment_id == regulation.environment_id,
            suppressions.c.address.in_([f"user:{user_id.strip()}" for user_id in ids]),
            suppressions.c.kind == "privacy",
        )
        await connection.execute(delete(suppressions).where(*silent, suppressions.c.detail == ""))
        before = update(suppressions).where(*silent).values(kind=suppressions.c.detail, detail="")
        await connection.execute(before)
    await bump(connection, "destinations")


async def _keys(connection: AsyncConnection, environment_id: int, user_ids: Sequence[str]) -> dict[str, str]:
    """Name these users as tables do, each with the user id for whose sake: themselves, and who they were before."""
    keys = {user_key(user_id, None): user_id for user_id in user_ids}
    for known in chunks(sorted(keys)):
        linked = select(profile_links.c.anonymous_key, profile_links.c.user_key).where(
            profile_links.c.environment_id == environment_id, profile_links.c.user_key.in_(known)
        )
        keys |= {row[0]: row[1][2:] for row in await connection.execute(linked)}
    already = suppressed_users.c.environment_id == environment_id
    for subjects in chunks(user_ids):  # their links may be gone already, by an earlier regulation
        query = select(suppressed_users.c.user_key, suppressed_users.c.subject)
        rows = await connection.execute(query.where(already, suppressed_users.c.subject.in_(subjects)))
        keys |= {row[0]: row[1] for row in rows}
    return keys


async def _profiles(connection: AsyncConnection, environment_id: int, keys: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for some in chunks(keys):
        query = select(profiles.c.data).where(profiles.c.environment_id == environment_id)
        rows = await connection.scalars(query.where(profiles.c.user_key.in_(some)))
        found += [msgspec.json.decode(data) for data in rows]
    return found


async def _one(connection: AsyncConnection, environment_id: int, regulation_id: str) -> Regulation:
    row = (await connection.execute(select(table).where(*_is(environment_id, regulation_id)))).first()
    if row is None:
        raise NotFound("there is no regulation of this id in this environment")
    return _of(row)


def _is(environment_id: int, regulation_id: str) -> tuple[Any, Any]:
    return table.c.environment_id == environment_id, table.c.id == regulation_id


def _row(regulation: Regulation) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(regulation),
        "user_ids": msgspec.json.encode(regulation.user_ids),
        "erased": msgspec.json.encode(regulation.erased),
        "subjects": None,
        "outside": None if regulation.outside is None else msgspec.json.encode(regulation.outside),
    }


def _of(row: Row[Any]) -> Regulation:
    fields = {name: value for name, value in row._mapping.items() if name != "subjects"}  # noqa: SLF001 a row as a mapping
    read = {"user_ids": msgspec.json.decode(row.user_ids), "erased": msgspec.json.decode(row.erased)}
    return Regulation(**{**fields, **read, "outside": _told(row.outside)})
