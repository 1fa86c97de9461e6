"""Forgetting what is old."""

from typing import Protocol


class RetentionStore(Protocol):
    """Drops old rows for good. What is counted of them (the ledger) stays.

    Each says first, durably, from when on rows are complete, so that whoever compares rows with counts meanwhile knows
    what must be missing.
    """

    async def forget_events(self, *, before: int) -> int:
        """Drop inbound events received before that time (ms), and return how many went (about).

        Where storage drops them by the week, they may be kept for up to a week more.
        """
        ...

    async def forget_messages(self, *, before: int) -> int:
        """Drop messages enqueued before that time (ms, taken down to the hour) that have ended; return how many went.

        Their attempts, history, outputs and what the outbox kept of them go with them, and requests of that time.
        What has not ended stays.
        """
        ...

    async def forget_minutes(self, *, before: int) -> int:
        """Drop counts by the minute of what happened before that time (ms); those by the hour stay."""
        ...
