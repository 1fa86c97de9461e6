"""Messages and their history, to read."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tidings.data_logs import Entry
from tidings.messages import Attempt, Message, Output, Reason, Status
from tidings.ports.page import Page


class MessageFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages to list; what is empty does not filter."""

    statuses: tuple[Status, ...] = ()
    reasons: tuple[Reason, ...] = ()
    archived: bool = False
    """List what was archived, instead of what was not."""
    event: str | None = None
    template_id: str | None = None
    recipient: str | None = None
    message_id: str | None = None
    request_id: str | None = None
    provider: tuple[str, ...] = ()
    list_id: str | None = None
    """The list that they went to."""
    tenant_id: str | None = None
    """In whose name they were sent."""
    tags: tuple[str, ...] = ()
    """Of which they have one at least."""
    channels: tuple[str, ...] = ()
    begins: str | None = None
    """How their recipient, id or request id begins."""
    enqueued_after: int | None = None
    """Milliseconds; exclusive."""
    enqueued_before: int | None = None
    """Milliseconds; exclusive."""


class MessageStore(Protocol):
    """The data log: every message, and every track call that found no template (as a message with status UNMAPPED).

    Newest first, by `enqueued` and id. Only the given environment's: anything else does not exist.
    """

    async def page(self, environment_id: int, where: MessageFilter, *, limit: int, cursor: str | None) -> Page[Message]:
        """List messages. Raises `InvalidInput` for a cursor that is none of ours.

        So many rows are looked at for a page, and no more, whatever is asked for: a page may hold fewer than `limit`,
        or none, and have a cursor all the same.
        """
        ...

    async def get(self, environment_id: int, message_id: str) -> Message:
        """Read one. Raises `NotFound`."""
        ...

    async def history(self, environment_id: int, message_id: str) -> list[Entry]:
        """Read a message's entries in the order they stand. Raises `NotFound`."""
        ...

    async def outputs(self, environment_id: int, message_id: str) -> list[Output]:
        """Read what was rendered, per channel. Raises `NotFound`; empty before rendering."""
        ...

    async def attempts(self, environment_id: int, message_id: str) -> Sequence[Attempt]:
        """Read the attempts, in order. Raises `NotFound`."""
        ...
