"""Digests: what is gathered for whom, and letting it go before its time."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

from tidings.messages import Message
from tidings.ports.page import Page


class DigestInstance(msgspec.Struct, frozen=True, kw_only=True):
    """One user's digest. Its id is that of its message."""

    id: str
    user_id: str
    tenant_id: str
    status: Literal["IN_PROGRESS", "COMPLETED"]
    counts: dict[str, int]
    """Messages gathered, by category."""
    created: int
    """Milliseconds."""


class DigestStore(Protocol):
    """Digests of every environment. Gathering is a part of settling: see `MessageQueue.settle`."""

    async def contents(self, wanted: Sequence[Message]) -> dict[tuple[int, str], dict[str, Any]]:
        """Read what digests' messages tell, by environment and id: `{category: {count, items}}`.

        `count` is of all that was gathered, `items` holds the data of those that the category keeps.
        """
        ...

    async def page(
        self, environment_id: int, schedule_id: str, *, limit: int, cursor: str | None
    ) -> Page[DigestInstance]:
        """List the digests of a schedule, those that went and those that wait, by when they go."""
        ...

    async def release(
        self,
        environment_id: int,
        *,
        schedule_id: str | None = None,
        topic_id: str | None = None,
        user_id: str | None = None,
        tenant_id: str = "",
    ) -> int:
        """Make those due at once that wait: all of a schedule, or a user's of a topic. Tell how many."""
        ...
