"""Writing news of messages and templates, in the transaction that moves them.

Who tells nobody pays one look at an empty index.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables_delivery import destinations
from tidings.destinations import COURIER_SOURCE, OUTBOUND_WEBHOOK, READERS
from tidings.forwarding import EVENTS
from tidings.messages import Status

IS_TOLD = exists(select(destinations.c.id).where(destinations.c.kind.in_(READERS))).label("is_told")
"""Whether there is anybody to tell, in any environment: one more column of a query that is made anyway."""
TOLD = f"EXISTS (SELECT 1 FROM destinations WHERE kind IN ({', '.join(repr(str(each)) for each in sorted(READERS))}))"
"""The same in SQLite's words."""

TELL = text(
    "INSERT INTO status_news (environment_id, destination_id, message_id, status, user_key, at)"
    " SELECT environment_id, id, :m, :status, :u, :at FROM destinations"
    f" WHERE kind IN ('{COURIER_SOURCE}', '{OUTBOUND_WEBHOOK}') AND kind <> :deaf AND environment_id = :e"
    " ON CONFLICT DO NOTHING"
)
_ANNOUNCE = text(
    "INSERT INTO deliveries (environment_id, destination_id, position, due_at, user_key, name, received_at, first_at,"
    " tries, error, body) SELECT environment_id, id, CAST(:position AS BIGINT), CAST(:at AS BIGINT), '',"
    " CAST(:type AS TEXT), CAST(:at AS BIGINT), CAST(:at AS BIGINT), 0, '', :body"
    f" FROM destinations WHERE kind = '{OUTBOUND_WEBHOOK}' AND enabled AND environment_id = :e ON CONFLICT DO NOTHING"
)


def news_parameters(moved: Iterable[tuple[tuple[int, str, str], Status, int]]) -> list[dict[str, Any]]:
    """Name what `TELL` writes: of messages (environment, owner, id) that came to a status at a time.

    Courier tells sources of some statuses alone, and webhooks of all.
    """
    return [
        {
            "e": key[0],
            "u": key[1],
            "m": key[2],
            "status": str(status),
            "at": at,
            "deaf": "" if status in EVENTS else COURIER_SOURCE,
        }
        for key, status, at in moved
    ]


async def announce(
    connection: AsyncConnection, environment_id: int, event: str, data: Mapping[str, Any], *, now: int
) -> None:
    """Let webhooks know of a template, or an audience: put the event into the queue of each."""
    of = data["id"] if "id" in data else data["audience_id"]
    name = f"{of}:{event.partition(':')[2]}:{now}"
    digest = hashlib.blake2b(f"{environment_id}\0{event}\0{name}".encode(), digest_size=8).digest()
    body = msgspec.json.encode({"type": event, "messageId": name, "data": data})
    row = {"e": environment_id, "position": int.from_bytes(digest) >> 1, "at": now, "type": event, "body": body}
    await connection.execute(_ANNOUNCE, row)
