"""The audience step: users whose profile changed, and all users when a filter changed, are held against audiences.

Each turn is one transaction over a bounded number of users, with the cursor or the queue beside the memberships. So
whatever is killed, nobody is left out; and a large environment takes time, but no memory.
"""

import asyncio
from collections.abc import Sequence

import structlog

from tidings.audiences import Audience, Changes, Person, judge
from tidings.clock import Clock
from tidings.pipeline.rest import rest
from tidings.ports import AudienceStore, AudienceTransaction

log = structlog.get_logger()

_REST_S = 1.0
_START = (0, "")


class AudienceStep:
    """Keeps memberships true."""

    def __init__(self, *, store: AudienceStore, clock: Clock, slice_max: int = 500) -> None:
        """Look at `slice_max` users in a transaction: the inbound step waits for it a few tens of milliseconds."""
        self._store = store
        self._clock = clock
        self._slice_max = slice_max
        self._after = _START

    async def round(self, stop: asyncio.Event) -> None:
        """Do all there is, and rest."""
        while not stop.is_set() and await self.run_once():
            pass
        await rest(stop, _REST_S)

    async def run_once(self) -> bool:
        """Take one turn at those who changed and one at an audience that is looked for; False with nothing to do."""
        if not await self._store.is_waiting(now=self._clock.now_ms()):
            return False
        has_changed = await self._changed()
        return await self._look() or has_changed

    async def _changed(self) -> bool:
        """Judge the next users of the queue, in rounds over it: nobody waits behind who changes all the time."""
        async with self._store.transaction(now=self._clock.now_ms()) as transaction:
            changed = await transaction.take_changed(after=self._after, limit=self._slice_max)
            if changed is None:
                is_over = self._after == _START
                self._after = _START
                return not is_over
            self._after = (changed.environment_id, changed.user_keys[-1])
            audiences = await transaction.audiences(changed.environment_id)
            if audiences:
                people = await transaction.people(
                    changed.environment_id, changed.user_keys, with_tenants=_ask_of_tenants(audiences)
                )
                await self._judge(transaction, audiences, people)
        return True

    async def _look(self) -> bool:
        """Judge the next users by one audience."""
        async with self._store.transaction(now=self._clock.now_ms()) as transaction:
            audience = await transaction.next()
            if audience is None:
                return False
            people = await transaction.people_after(
                audience.environment_id,
                audience.cursor or "",
                limit=self._slice_max,
                with_tenants=_ask_of_tenants([audience]),
            )
            await self._judge(transaction, [audience], people)
            is_last = len(people) < self._slice_max
            looked = audience.looked + len(people)
            cursor = None if is_last else f"u:{people[-1].user_id}"
            await transaction.move(audience, cursor=cursor, looked=looked)
        if is_last:
            log.info("audience.calculated", audience=audience.id, version=audience.version, looked=looked)
        return True

    async def _judge(
        self, transaction: AudienceTransaction, audiences: Sequence[Audience], people: Sequence[Person]
    ) -> Changes:
        environment_id = audiences[0].environment_id
        names, users = [each.id for each in audiences], [person.user_id for person in people]
        members = await transaction.members(environment_id, names, users)
        changes = judge(audiences, people, members, now=self._clock.now_ms())
        await transaction.write(environment_id, changes)
        return changes


def _ask_of_tenants(audiences: Sequence[Audience]) -> bool:
    return any(
        rule.operator == "MEMBER_OF" for each in audiences if each.filter is not None for rule in each.filter.rules()
    )
