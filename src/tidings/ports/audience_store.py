"""Audiences, who is in them, and the one transaction in which people are held against them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from tidings.audiences import Audience, Change, Changes, Member, Person
from tidings.audiences.judging import Key
from tidings.ports.page import Page


class Changed(msgspec.Struct, frozen=True):
    """Users of one environment whose profile or tenants changed, taken off the queue."""

    environment_id: int
    user_keys: Sequence[str]


class AudienceTransaction(Protocol):
    """People held against audiences: what is read and what is written in it stand or fall together."""

    async def take_changed(self, *, after: tuple[int, str], limit: int) -> Changed | None:
        """Take users off the queue, in the order of environment and user key, after that one; None without any."""
        ...

    async def audiences(self, environment_id: int) -> list[Audience]:
        """Read an environment's audiences. Nobody else holds anybody against them until this ends."""
        ...

    async def next(self) -> Audience | None:
        """Take the audience that has waited longest of those whose members are to be looked for; nobody else has it."""
        ...

    async def people(self, environment_id: int, user_keys: Sequence[str], *, with_tenants: bool) -> list[Person]:
        """Read these users; who has no profile comes without one."""
        ...

    async def people_after(self, environment_id: int, user_key: str, *, limit: int, with_tenants: bool) -> list[Person]:
        """Read the known users that have profiles, by user key, after that one."""
        ...

    async def members(
        self, environment_id: int, audience_ids: Sequence[str], user_ids: Sequence[str]
    ) -> dict[Key, Member]:
        """Tell which of these users are in which of these audiences."""
        ...

    async def write(self, environment_id: int, changes: Changes) -> None:
        """Write what becomes of memberships, and queue who came and left for the destinations that are told."""
        ...

    async def move(self, audience: Audience, *, cursor: str | None, looked: int) -> None:
        """Say how far profiles were looked at; with None all were, and `again_at` comes next if there is one.

        Then webhooks are told.
        """
        ...


class AudienceStore(Protocol):
    """Audiences of an environment.

    Whoever changes a profile, or who belongs to which tenant, in an environment with audiences puts the user in the
    queue in the same transaction.
    """

    async def put(self, environment_id: int, audience_id: str, change: Change, *, now: int) -> Audience:
        """Create or change. Raises `InvalidInput` for a filter that cannot be read, or one audience too many."""
        ...

    async def get(self, environment_id: int, audience_id: str) -> Audience:
        """Read one. Raises `NotFound`."""
        ...

    async def delete(self, environment_id: int, audience_id: str) -> None:
        """Delete, with who is in it. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Audience]:
        """List by id."""
        ...

    async def members(self, environment_id: int, audience_id: str, *, limit: int, cursor: str | None) -> Page[Member]:
        """List who is in it, by user id. Raises `NotFound`."""
        ...

    async def of_user(self, environment_id: int, user_id: str) -> list[tuple[Audience, Member]]:
        """List the audiences that a user is in, by id: there are `AUDIENCES_MAX` at most."""
        ...

    async def is_waiting(self, *, now: int) -> bool:
        """Tell whether anybody is queued, or looked for: asked again and again, so it is cheap."""
        ...

    def transaction(self, *, now: int) -> AbstractAsyncContextManager[AudienceTransaction]:
        """Begin. Commits on a clean exit, rolls back on an exception."""
        ...
