"""The expansion step: a request to many becomes messages, slice by slice, while the first of them are being sent.

A slice is one transaction for its messages and for how far the request has come. Requests to many take turns, and none
gets far ahead of what can be sent: so memory and queue are bounded, and a long list does not hold up a short one.
"""

import msgspec
import structlog

from tidings.bulk_jobs import recipient_of_user
from tidings.clock import Clock
from tidings.mapping import messages_of
from tidings.ports import ExpansionStore, ExpansionTransaction
from tidings.recipients import (
    Cursor,
    Direct,
    Expansion,
    OfJob,
    OfList,
    OfPattern,
    Recipient,
    Target,
    recipient_of,
    targets,
)

log = structlog.get_logger()

_REST_S = 0.1


class ExpansionStep:
    """Makes messages of requests to many."""

    def __init__(self, *, store: ExpansionStore, clock: Clock, slice_max: int = 1000, ahead_max: int = 20_000) -> None:
        """Make `slice_max` messages in a transaction, and rest while `ahead_max` of them wait to be sent."""
        self._store = store
        self._clock = clock
        self._slice_max = slice_max
        self._ahead_max = ahead_max
        self.rest_s = 0.0
        """How soon to come back when the last round found nothing to do: soon, when it waits for the queue alone."""

    async def run_once(self) -> int | None:
        """Make one slice; return how many messages are new, None when there is nothing to do now."""
        is_full = await self._store.bulk_depth(bound=self._ahead_max) >= self._ahead_max
        self.rest_s = _REST_S if is_full else 0.0
        async with self._store.transaction(now=self._clock.now_ms()) as transaction:
            expansion = await transaction.next(priority_max=0 if is_full else 1)
            if expansion is None:
                return None
            body = msgspec.json.decode(expansion.body)
            named = targets(body.get("to"))
            slice_ = await _slice(transaction, expansion, named, limit=self._slice_max)
            messages = messages_of(expansion, body, slice_.recipients)
            unique = len(named) == 1 and isinstance(named[0], OfList | OfJob)
            made = await transaction.write(
                expansion, messages, cursor=slice_.cursor, done=slice_.is_last, unique=unique
            )
        if slice_.is_last:
            log.info("expansion.finished", request=expansion.id, messages=expansion.made + made)
        return made


class _Slice(msgspec.Struct, frozen=True):
    """Some recipients, and where the next ones begin."""

    recipients: list[Recipient]
    cursor: Cursor
    is_last: bool


async def _slice(
    transaction: ExpansionTransaction, expansion: Expansion, named: tuple[Target, ...], *, limit: int
) -> _Slice:
    """Gather the next recipients, from as many targets as it takes."""
    found: list[Recipient] = []
    cursor = expansion.cursor
    for _ in range(limit):  # an empty list takes a step too, so this ends
        if cursor.target >= len(named) or len(found) >= limit:
            break
        more, cursor = await _step(transaction, expansion, named[cursor.target], cursor, limit - len(found))
        found += more
    return _Slice(found, cursor, cursor.target >= len(named))


async def _step(
    transaction: ExpansionTransaction, expansion: Expansion, target: Target, cursor: Cursor, limit: int
) -> tuple[list[Recipient], Cursor]:
    """Read some recipients of one target."""
    following = Cursor(cursor.target + 1)
    match target:
        case Direct(to=to):
            return [recipient_of(to)], following
        case OfList(list_id=list_id, data=data):
            found = await _members(transaction, (expansion.environment_id, list_id), data, cursor.after, limit)
            return found, following if len(found) < limit else _after(cursor, list_id, found)
        case OfJob(job_id=job_id):
            users = await transaction.job_users(
                expansion.environment_id, job_id, after=int(cursor.after or 0), limit=limit
            )
            found = [recipient_of(recipient_of_user(user.user)) for user in users]
            return found, following if len(users) < limit else Cursor(cursor.target, "", str(users[-1].number))
        case OfPattern(pattern=pattern, data=data):
            list_id = cursor.list_id
            if not cursor.after:  # the list at work is used up, or none was begun
                following_list = await transaction.next_list(expansion.environment_id, pattern, after=cursor.list_id)
                if following_list is None:
                    return [], following
                list_id = following_list
            found = await _members(transaction, (expansion.environment_id, list_id), data, cursor.after, limit)
            return found, _after(cursor, list_id, found if len(found) == limit else [])


async def _members(
    transaction: ExpansionTransaction, of: tuple[int, str], data: dict[str, object], after: str, limit: int
) -> list[Recipient]:
    """Read who is on the list `of` (environment, list id)."""
    found = await transaction.subscribers(*of, after=after, limit=limit)
    return [
        Recipient("u:" + each.user_id, each.user_id, each.user_id, _to(each.user_id, of[1]), data, each.preferences)
        for each in found or ()
    ]


def _to(user_id: str, list_id: str) -> dict[str, object]:
    return {"user_id": user_id, "list_id": list_id}


def _after(cursor: Cursor, list_id: str, found: list[Recipient]) -> Cursor:
    """Stay with the list after the last of these; without any, the list is used up."""
    return Cursor(cursor.target, list_id, (found[-1].user_id or "") if found else "")
