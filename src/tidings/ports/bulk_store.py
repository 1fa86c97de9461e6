"""Bulk jobs and their users."""

from collections.abc import Sequence
from typing import Protocol

from tidings.bulk_jobs import BulkJob, BulkUser
from tidings.ports.page import Page


class BulkStore(Protocol):
    """Bulk jobs of an environment."""

    async def create(self, job: BulkJob) -> None:
        """Keep a new job; one of that id that stands stays as it is."""
        ...

    async def get(self, environment_id: int, job_id: str) -> BulkJob:
        """Read one. Raises `NotFound`."""
        ...

    async def add(self, environment_id: int, job_id: str, users: Sequence[BulkUser]) -> set[str]:
        """Add users, in order, and return the keys of those that were in the job already.

        Raises `NotFound`, `Conflict` when it was run, `TooLarge` past 1 000 000.
        """
        ...

    async def run(self, environment_id: int, job_id: str, *, now: int) -> None:
        """Make the job a request to many, under its own id, once. Raises `NotFound`, and `Conflict` when it was run."""
        ...

    async def users(self, environment_id: int, job_id: str, *, limit: int, cursor: str | None) -> Page[BulkUser]:
        """List users, in the order they were added. Raises `NotFound`."""
        ...
