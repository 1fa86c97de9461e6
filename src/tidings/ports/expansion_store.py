"""Requests to many, and the one transaction that turns a slice of one into messages."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tidings.bulk_jobs import BulkUser
from tidings.lists import Subscription
from tidings.messages import Message
from tidings.preferences import Round
from tidings.recipients import Cursor, Expansion


class ExpansionTransaction(Protocol):
    """One slice: what is read and what is written in it stand or fall together."""

    async def next(self, *, ahead_max: int) -> Expansion | None:
        """Take the unfinished expansion that has waited longest, of the most urgent that there are; nobody else has it.

        One to lists rests while so many messages wait in its lane (`Expansion.lane`). None when nothing can go on.
        """
        ...

    async def is_any(self) -> bool:
        """Tell whether any is unfinished, whether it rests or not."""
        ...

    async def subscribers(
        self, environment_id: int, list_id: str, *, after: str, limit: int
    ) -> list[Subscription] | None:
        """Read who is on a list, by user id, after that one. None when there is no such list.

        Preferences are the subscription's own, else the list's.
        """
        ...

    async def job_users(self, environment_id: int, job_id: str, *, after: int, limit: int) -> list[BulkUser]:
        """Read the users of a bulk job, in order, after that number."""
        ...

    async def audience_members(self, environment_id: int, audience_id: str, *, after: str, limit: int) -> list[str]:
        """Read who is in an audience, by user id, after that one; nobody where there is no such audience."""
        ...

    async def schedules(self, environment_id: int, topic_id: str, user_ids: Sequence[str]) -> dict[str, str]:
        """Tell by which schedule these users chose to get a topic's digest; who chose none is left out."""
        ...

    async def told_in_a_tenants_name(self, environment_id: int, round_: Round, user_ids: Sequence[str]) -> set[str]:
        """Tell which of these users have a digest of that moment and schedule already, in a tenant's name."""
        ...

    async def tenant_members(self, environment_id: int, tenant_id: str, *, after: str, limit: int) -> list[str]:
        """Read the known users of a tenant, by user id, after that one."""
        ...

    async def next_tenant(self, environment_id: int, above: str, *, after: str) -> tuple[str, bool] | None:
        """Look for the first tenant after that one, by id, that is `above` or stands below it.

        Some are looked through at a time: the answer is the last that was looked at, and whether it is one. None
        after the last of all.
        """
        ...

    async def belonging(self, environment_id: int, user_ids: Sequence[str], tenant_ids: Sequence[str]) -> set[str]:
        """Tell which of these users belong to all of these tenants."""
        ...

    async def next_list(self, environment_id: int, pattern: str, *, after: str) -> str | None:
        """Find the first list after that one, by id, that the pattern names."""
        ...

    async def write(
        self, expansion: Expansion, messages: Sequence[Message], *, cursor: Cursor, done: bool, unique: bool
    ) -> int:
        """Put the messages that do not exist yet in the queue and move the cursor; return how many were new.

        A message of a digest's round is a digest, of which nothing was gathered yet.

        `unique` says that none of them can exist: nobody can be named twice.
        """
        ...


class ExpansionStore(Protocol):
    """Requests to many. A message is made once, whatever is killed: the cursor moves with the messages."""

    def transaction(self, *, now: int) -> AbstractAsyncContextManager[ExpansionTransaction]:
        """Begin. Commits on a clean exit, rolls back on an exception."""
        ...

    async def add(self, expansion: Expansion) -> bool:
        """Put one in line, durably; False, and nothing, when there is one of its id."""
        ...

    async def get(self, environment_id: int, request_id: str) -> Expansion:
        """Read one. Raises `NotFound`."""
        ...

    async def bodies(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], bytes]:
        """Read what the messages of these requests share, by environment and request id."""
        ...

    async def cancel(self, environment_id: int, request_id: str, *, now: int) -> bool:
        """Let it become no more messages; True when it was still at work. Raises `NotFound`."""
        ...
