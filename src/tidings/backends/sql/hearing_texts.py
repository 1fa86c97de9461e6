"""Doing as the owners of numbers text: STOP closes a number, START opens it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.closing import CLOSE, closing_parameters
from tidings.backends.sql.tables import environments
from tidings.backends.sql.tables_accounts import audit_log
from tidings.backends.sql.tables_preferences import suppressions
from tidings.ids import prefixed_id
from tidings.ports import Facts
from tidings.suppressions import Suppression, Texted, address_of

_THEIRS = ("bounce", "complaint", "unsubscribe")
"""What an owner may lift: not what somebody here decided, and no regulation."""


async def hear(connection: AsyncConnection, facts: Sequence[Facts]) -> int:
    """Close and open numbers, in the order in which it was asked for; return how many that changed."""
    asked = sorted(
        ((each, one) for each in facts for one in each.texted),
        key=lambda pair: (pair[0].environment_id, pair[1].number, pair[1].at),
    )
    changed = [(each, one) for each, one in asked if await _changes(connection, each, one)]
    if changed:
        workspaces = await _workspaces(connection, sorted({each.environment_id for each, _ in changed}))
        told = [_event(each, one, workspaces.get(each.environment_id, 0)) for each, one in changed]
        await connection.execute(insert(audit_log), told)
    return len(changed)


async def _changes(connection: AsyncConnection, facts: Facts, texted: Texted) -> bool:
    address = address_of("phone", texted.number)
    if texted.wants:
        opened = delete(suppressions).where(
            suppressions.c.environment_id == facts.environment_id,
            suppressions.c.address == address,
            suppressions.c.kind.in_(_THEIRS),
            suppressions.c.created <= texted.at,  # who has said STOP since then, said STOP
        )
        return (await connection.execute(opened)).rowcount > 0
    closed = Suppression(
        environment_id=facts.environment_id,
        address=address,
        kind="unsubscribe",
        detail=f"texted STOP to {facts.provider}",
        created=texted.at,
    )
    return (await connection.execute(CLOSE, closing_parameters([closed])[0])).rowcount > 0


async def _workspaces(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, int]:
    query = select(environments.c.id, environments.c.workspace_id).where(environments.c.id.in_(ids))
    return {row[0]: row[1] for row in await connection.execute(query)}


def _event(facts: Facts, texted: Texted, workspace_id: int) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "environment_id": facts.environment_id,
        "id": prefixed_id("aud", texted.at),
        "at": texted.at,
        "actor_kind": "provider",
        "actor_id": facts.config_id,
        "type": f"preferences:{'start' if texted.wants else 'stop'}",
        "method": "POST",
        "route": "/receipts/{config_id}",
        "target": facts.config_id,
        "status": 200,
        "address": "",
    }
