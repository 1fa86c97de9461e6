"""Whose profile or tenants changed, in the transaction that changes them.

Where there is no audience nothing is written: the inbound step knows it from what it keeps of an environment anyway,
the API asks. A row is the change's own, never another's: two that change one user do not wait for each other, and who
looks at the user takes off no row that came later.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, exists, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import insert_rows
from tidings.backends.sql.tables_audiences import audience_queue, audiences
from tidings.backends.sql.tables_identity import tenant_members

KNOWN = "u:"
"""How the keys of known users begin; nobody else is in audiences."""
AFTER_KNOWN = "u;"
"""The first text after all that begin so."""


def any_audience(environment_id: int) -> ColumnElement[bool]:
    """Tell whether an environment has audiences."""
    return exists(select(audiences.c.id).where(audiences.c.environment_id == environment_id))


async def queue(connection: AsyncConnection, keys: Iterable[tuple[int, str]]) -> None:
    """Put users (environment, user key), each named once, of environments that have audiences in the queue."""
    stamp = _stamp()
    rows = [(environment_id, key, stamp) for environment_id, key in sorted(keys) if key.startswith(KNOWN)]
    if rows:
        await insert_rows(connection, [(audience_queue, rows)])


async def queue_user(connection: AsyncConnection, environment_id: int, user_key: str) -> None:
    """Put a user in the queue, if the environment has audiences."""
    if user_key.startswith(KNOWN):
        whose = literal(user_key, audience_queue.c.user_key.type)
        await _insert(
            connection, select(literal(environment_id), whose, _literal_stamp()).where(any_audience(environment_id))
        )


async def queue_tenant(connection: AsyncConnection, environment_id: int, tenant_id: str) -> None:
    """Put a tenant's members in the queue, if the environment has audiences."""
    members = and_(tenant_members.c.environment_id == environment_id, tenant_members.c.tenant_id == tenant_id)
    rows = select(tenant_members.c.environment_id, tenant_members.c.user_key, _literal_stamp())
    known = tenant_members.c.user_key.startswith(KNOWN)
    await _insert(connection, rows.where(members, known, any_audience(environment_id)))


async def _insert(connection: AsyncConnection, rows: Select[Any]) -> None:
    await connection.execute(insert(audience_queue).from_select(list(audience_queue.columns.keys()), rows))


def _literal_stamp() -> ColumnElement[int]:
    return literal(_stamp(), BigInteger)


def _stamp() -> int:
    return secrets.randbits(62)
