"""Writing news of messages, in the transaction that moves them. Who tells nobody pays one look at an empty index."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select, text

from tidings.backends.sql.tables_delivery import destinations
from tidings.destinations import COURIER_SOURCE
from tidings.forwarding import EVENTS
from tidings.messages import Status

IS_TOLD = exists(select(destinations.c.id).where(destinations.c.kind == COURIER_SOURCE)).label("is_told")
"""Whether there is anybody to tell, in any environment: one more column of a query that is made anyway."""

TELL = text(
    "INSERT INTO status_news (environment_id, destination_id, message_id, status, user_key, at)"
    " SELECT environment_id, id, :m, :status, :u, :at FROM destinations"
    f" WHERE kind = '{COURIER_SOURCE}' AND environment_id = :e ON CONFLICT DO NOTHING"
)


def news_parameters(moved: Iterable[tuple[tuple[int, str, str], Status, int]]) -> list[dict[str, Any]]:
    """Name what `TELL` writes: of messages (environment, owner, id) that came to a status at a time."""
    return [
        {"e": key[0], "u": key[1], "m": key[2], "status": str(status), "at": at}
        for key, status, at in moved
        if status in EVENTS
    ]
