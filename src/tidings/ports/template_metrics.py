"""How far the messages of a template came."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tidings.ledger import Handled


class TemplateFigures(msgspec.Struct, frozen=True):
    """What was found."""

    handled: Sequence[Handled]
    is_all: bool
    """False when there are more messages than were looked at: then the oldest are missing."""


class TemplateMetrics(Protocol):
    """Counts of messages as they stand, by the time at which they were enqueued. Nothing is counted beforehand."""

    async def read(
        self, environment_id: int, template_id: str, *, start: int, end: int, step_ms: int, limit: int
    ) -> TemplateFigures:
        """Count messages enqueued from `start` up to and without `end` (ms), in steps of so many milliseconds.

        The newest `limit` messages are looked at, and no more.
        """
        ...
