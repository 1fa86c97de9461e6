"""The due queue: messages that the outbound step is to take."""

from collections.abc import Sequence
from typing import Protocol

from tidings.effects import AttemptStart, Claim, Settlement


class MessageQueue(Protocol):
    """Messages by due time. A claim belongs to one worker until it expires; then anyone may claim the message again.

    Everything written is durable when the call returns, so an attempt is on record before its provider hears of it.
    While the installation is held (`InstallationStore`), nothing is due: `claim` gives nothing, whoever asks.
    """

    async def claim(self, *, worker: str, now: int, until: int, limit: int) -> list[Claim]:
        """Claim messages that are due and not claimed, a fair share of each queue; those of one queue oldest due first.

        A queue is what waits in one environment, of one priority and lane (`sending.share_out`).
        """
        ...

    async def next_due_at(self) -> int | None:
        """Tell when the earliest waiting message is due or its claim expires; None when nothing waits or may go."""
        ...

    async def start(self, starts: Sequence[AttemptStart]) -> None:
        """Record attempts before they are made.

        Raises `Conflict`, and records nothing, when an attempt of that number exists or the message has left the
        queue: another worker took it over, so the caller must not make these attempts.
        """
        ...

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes; settling twice keeps the first final one. A late answer closes an unknown outcome.

        What comes for an attempt whose answer is known already changes nothing: not the same once more, and not a
        worker that took the attempt for cut off while its answer came. Nor does a decision to make no attempt that
        knew of less than is on record (`Settlement.tried`): another worker has taken the message over. Late is a
        definite answer (sent, undeliverable); its entries stand behind those that told of the unknown one. What was
        gathered goes into its digest in the same transaction; a digest that is no longer waiting takes nothing more,
        and another is made.
        An address that a settlement closes is on the suppression list from then on; one that is on it stays as it is.
        What a provider took, and is dropped while news of it is awaited, ends as sent.
        """
        ...

    async def release(self, worker: str) -> int:
        """Give back what this worker holds and has not begun to attempt; return how many."""
        ...

    async def overdue(self, *, now: int, before: int, limit: int) -> list[tuple[int, str]]:
        """Name messages, by environment and id, that were enqueued before that time and are due or claimed.

        So they are whether the installation is held or not. Those with an attempt whose outcome nobody knows are left
        out: they are never sent again anyway.
        """
        ...

    async def count_overdue(self, *, now: int, before: int) -> int:
        """Count all that `overdue` would name. Takes its time."""
        ...

    async def depth(self) -> int:
        """Count waiting messages, up to a bound of 100 000."""
        ...
