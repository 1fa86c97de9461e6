"""What was changed, and by whom."""

from typing import Protocol

from tidings.accounts import AuditEvent
from tidings.ports.page import Page


class AuditLog(Protocol):
    """Changes that somebody asked for, append-only.

    An environment's log has its own changes, and those of its workspace that belong to no environment.
    """

    async def append(self, event: AuditEvent) -> None:
        """Keep one. The newest may be lost when the machine, not the process, dies."""
        ...

    async def page(self, workspace_id: int, environment_id: int, *, limit: int, cursor: str | None) -> Page[AuditEvent]:
        """List, newest first, with the email addresses of the accounts that there still are."""
        ...

    async def get(self, workspace_id: int, environment_id: int, event_id: str) -> AuditEvent:
        """Read one. Raises `NotFound`."""
        ...

    async def forget(self, *, before: int) -> int:
        """Drop what is older than that time (ms), and return how many went."""
        ...
