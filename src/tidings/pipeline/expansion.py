"""The expansion step: a request to many becomes messages, slice by slice, while the first of them are being sent.

A slice is one transaction for its messages and for how far the request has come. Requests to many take turns, and none
gets far ahead of what can be sent: so memory and queue are bounded, and a long list does not hold up a short one, nor
anybody else's.
"""

import msgspec
import structlog

from tidings.bulk_jobs import recipient_of_user
from tidings.clock import Clock
from tidings.mapping import messages_of, round_of
from tidings.ports import ExpansionStore, ExpansionTransaction
from tidings.preferences import Round
from tidings.recipients import (
    Cursor,
    Direct,
    Expansion,
    OfAudience,
    OfJob,
    OfList,
    OfPattern,
    OfTenant,
    Recipient,
    Target,
    recipient_of,
    targets,
)

log = structlog.get_logger()

_REST_S = 0.1


class ExpansionStep:
    """Makes messages of requests to many."""

    def __init__(self, *, store: ExpansionStore, clock: Clock, slice_max: int = 1000, ahead_max: int = 5_000) -> None:
        """Make `slice_max` messages in a transaction; a list rests while `ahead_max` wait to be sent in its lane."""
        self._store = store
        self._clock = clock
        self._slice_max = slice_max
        self._ahead_max = ahead_max
        self.rest_s = 0.0
        """How soon to come back when the last round found nothing to do: soon, when it waits for the queue alone."""

    async def run_once(self) -> int | None:
        """Make one slice; return how many messages are new, None when there is nothing to do now."""
        async with self._store.transaction(now=self._clock.now_ms()) as transaction:
            expansion = await transaction.next(ahead_max=self._ahead_max)
            if expansion is None:
                self.rest_s = _REST_S if await transaction.is_any() else 0.0
                return None
            body = msgspec.json.decode(expansion.body)
            named = targets(body.get("to"))
            slice_ = await _slice(transaction, expansion, named, limit=self._slice_max)
            round_ = round_of(body)
            recipients = slice_.recipients
            if round_ is not None:
                recipients = await _of_round(transaction, expansion.environment_id, round_, recipients)
            unique = round_ is None and len(named) == 1 and _names_nobody_twice(named[0])
            in_order = unique and not isinstance(named[0], OfJob)  # a job's users know their ids before they are made
            messages = messages_of(expansion, body, recipients, in_order=in_order)
            made = await transaction.write(
                expansion, messages, cursor=slice_.cursor, done=slice_.is_last, unique=unique
            )
        if slice_.is_last:
            log.info("expansion.finished", request=expansion.id, messages=expansion.made + made)
        return made


async def _of_round(
    transaction: ExpansionTransaction, environment_id: int, round_: Round, recipients: list[Recipient]
) -> list[Recipient]:
    """Leave out those whose digest goes by another schedule, and those who hear of it in a tenant's name."""
    chosen = await transaction.schedules(environment_id, round_.topic_id, [each.shown for each in recipients])
    mine = [each for each in recipients if round_.is_of(chosen.get(each.shown))]
    told = await transaction.told_in_a_tenants_name(environment_id, round_, [each.shown for each in mine])
    return [each for each in mine if each.shown not in told]


def _names_nobody_twice(target: Target) -> bool:
    return isinstance(target, OfList | OfAudience | OfJob) or (
        isinstance(target, OfTenant) and not target.with_children
    )


class _Slice(msgspec.Struct, frozen=True):
    """Some recipients, and where the next ones begin."""

    recipients: list[Recipient]
    cursor: Cursor
    is_last: bool


class _Read(msgspec.Struct, frozen=True):
    """Some recipients of one target, where the next ones begin, and how many were looked at for it."""

    recipients: list[Recipient]
    cursor: Cursor
    looked: int = 1


async def _slice(
    transaction: ExpansionTransaction, expansion: Expansion, named: tuple[Target, ...], *, limit: int
) -> _Slice:
    """Gather the next recipients, from as many targets as it takes, and look at so many users at most."""
    found: list[Recipient] = []
    cursor, left = expansion.cursor, limit
    while cursor.target < len(named) and left > 0:
        read = await _read(transaction, expansion.environment_id, named[cursor.target], cursor, left)
        found += read.recipients
        cursor = read.cursor
        left -= max(read.looked, 1)  # an empty list counts too, so this ends
    return _Slice(found, cursor, cursor.target >= len(named))


async def _read(
    transaction: ExpansionTransaction, environment_id: int, target: Target, cursor: Cursor, limit: int
) -> _Read:
    """Read some recipients of one target."""
    following = Cursor(cursor.target + 1)
    match target:
        case Direct(to=to):
            return _Read([recipient_of(to)], following)
        case OfJob(job_id=job_id):
            users = await transaction.job_users(environment_id, job_id, after=int(cursor.after or 0), limit=limit)
            found = [recipient_of(recipient_of_user(user.user)) for user in users]
            after = Cursor(cursor.target, "", str(users[-1].number)) if len(users) == limit else following
            return _Read(found, after, len(users))
        case OfPattern() | OfTenant(with_children=True):
            return await _read_of_several(transaction, environment_id, target, cursor, limit)
        case OfList() | OfAudience() | OfTenant():
            page = await _some(transaction, environment_id, target, cursor.after, limit)
            after = Cursor(cursor.target, "", page.last) if page.last else following
            return _Read(page.recipients, after, page.looked)


async def _read_of_several(
    transaction: ExpansionTransaction, environment_id: int, target: OfPattern | OfTenant, cursor: Cursor, limit: int
) -> _Read:
    """Read some recipients of the list, or of the tenant, at work; when it is used up, or none was begun, the next."""
    work = cursor.list_id
    if not cursor.after:
        following = await _next(transaction, environment_id, target, cursor.list_id)
        if following is None:
            return _Read([], Cursor(cursor.target + 1))
        work, is_one = following
        if not is_one:
            return _Read([], Cursor(cursor.target, work), looked=limit)
    group = OfList(work, target.data) if isinstance(target, OfPattern) else OfTenant(work, target.data)
    page = await _some(transaction, environment_id, group, cursor.after, limit)
    return _Read(page.recipients, Cursor(cursor.target, work, page.last), page.looked)


async def _next(
    transaction: ExpansionTransaction, environment_id: int, target: OfPattern | OfTenant, after: str
) -> tuple[str, bool] | None:
    """Find the next of several; False beside it says that it was looked at alone."""
    if isinstance(target, OfTenant):
        return await transaction.next_tenant(environment_id, target.tenant_id, after=after)
    list_id = await transaction.next_list(environment_id, target.pattern, after=after)
    return None if list_id is None else (list_id, True)


class _Page(msgspec.Struct, frozen=True):
    """Some recipients of a group."""

    recipients: list[Recipient]
    last: str
    """The last user that was looked at; empty when the group is used up."""
    looked: int


async def _some(
    transaction: ExpansionTransaction,
    environment_id: int,
    group: OfList | OfAudience | OfTenant,
    after: str,
    limit: int,
) -> _Page:
    """Read some of a group, by user id, and leave out whom its filters do not name."""
    match group:
        case OfList(list_id=list_id):
            subscribed = await transaction.subscribers(environment_id, list_id, after=after, limit=limit) or ()
            to: dict[str, object] = {"list_id": list_id}
            found = [_recipient(each.user_id, to, group.data, each.preferences) for each in subscribed]
        case OfAudience(audience_id=audience_id):
            users = await transaction.audience_members(environment_id, audience_id, after=after, limit=limit)
            found = [_recipient(user_id, {}, group.data) for user_id in users]
        case OfTenant(tenant_id=tenant_id):
            users = await transaction.tenant_members(environment_id, tenant_id, after=after, limit=limit)
            to = {"context": {"tenant_id": tenant_id}}
            found = [_recipient(user_id, to, group.data) for user_id in users]
    last, looked = found[-1].shown if len(found) == limit else "", len(found)
    if found and not isinstance(group, OfTenant) and group.tenants:
        asked = [each.shown for each in found]
        belong = await transaction.belonging(environment_id, asked, group.tenants)
        found = [each for each in found if each.shown in belong]
    return _Page(found, last, looked)


def _recipient(
    user_id: str, to: dict[str, object], data: dict[str, object], preferences: dict[str, object] | None = None
) -> Recipient:
    return Recipient("u:" + user_id, user_id, user_id, {"user_id": user_id, **to}, data, preferences)
