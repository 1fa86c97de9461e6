"""What people change of messages that stand: cancel, archive, send again."""

from collections.abc import Sequence
from typing import Protocol

from tidings.messages import Message


class MessageChanges(Protocol):
    """Changes of messages. A final status never changes: who sends again gets a new message, and the old one stays."""

    async def cancel(self, environment_id: int, message_id: str, *, now: int) -> Message:
        """Take back a message that no provider has heard of; taking it back twice is harmless.

        Raises `NotFound`, and `Conflict` when it is too late: it has ended, or an attempt is under way.
        """
        ...

    async def cancel_request(self, environment_id: int, request_id: str, *, now: int) -> int:
        """Take back all messages of a request that no provider has heard of; return how many."""
        ...

    async def archive(self, environment_id: int, request_id: str, *, now: int) -> None:
        """Put a request's messages out of sight; twice is harmless. Raises `NotFound` for a request without any."""
        ...

    async def archive_one(self, environment_id: int, message_id: str, *, now: int) -> None:
        """Put one message out of sight; twice is harmless. Raises `NotFound`."""
        ...

    async def resend(self, message: Message, *, message_id: str, now: int) -> Message:
        """Send the same to the same once more, at once, as a new message of that id."""
        ...

    async def redrive(self, messages: Sequence[Message], *, now: int) -> dict[str, str]:
        """Send these once more, each at most once however often this is asked; return new ids by old ones."""
        ...

    async def redriven(self, environment_id: int, message_ids: Sequence[str]) -> dict[str, str]:
        """Tell which of these were redriven, and as which message."""
        ...
