"""How messages are searched: by the most telling thing that a filter names; the rest is looked at row by row."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.listing import LOOKED_MAX, Search, Where, begins, unindexed, wants_order, words
from tidings.backends.sql.message_changes import is_archived
from tidings.backends.sql.tables import messages
from tidings.backends.sql.tables_changes import message_tags
from tidings.messages import Status
from tidings.ports import MessageFilter

PLACE = (messages.c.enqueued, messages.c.id)
_TAGGED = (message_tags.c.enqueued, message_tags.c.message_id)
_WORDS_MAX = 20
"""So many recipients or ids that begin alike are searched one by one; among more, rows are looked through."""
_WAYS_MAX = 40
"""Providers and channels are few."""
_BRANCHES_MAX = 200
"""Ways that are searched one by one; databases merge some hundreds at most."""
_FEW = 10
"""Statuses are rare when all messages of them are a tenth of what a page looks at, or fewer."""


Filters = dict[Any, ColumnElement[bool]]
"""By the column that would serve them, or a word for it."""


async def message_search(
    connection: AsyncConnection, environment_id: int, where: MessageFilter, *, looked_max: int = LOOKED_MAX
) -> Search:
    """Choose the index; some choices need to know which words there are, or whether a page could look at all."""
    here: Where = {messages.c.environment_id: [environment_id]}
    if await _are_rare(connection, environment_id, where, looked_max // _FEW):
        return _search(where, [{**here, messages.c.status: where.statuses}], served=(messages.c.status,))
    equal = _most_telling(where)
    if not equal and where.begins is not None:
        branches = await _begins_branches(connection, environment_id, where.begins)
        if branches is not None:
            return _search(where, branches, served=("begins",))
    if not equal and where.tags:
        return _tagged(environment_id, where)
    equal = equal or _telling(where)
    if not equal and (where.provider or where.channels):
        branches = await _way_branches(connection, environment_id, where)
        if branches is not None:
            return _search(where, branches, served=(messages.c.provider, messages.c.channel))
    if not equal and where.statuses:
        equal = {messages.c.status: where.statuses}
    return _search(where, [{**here, **equal}], served=equal)


async def _are_rare(connection: AsyncConnection, environment_id: int, where: MessageFilter, count_max: int) -> bool:
    """Tell whether so few messages have these statuses that nothing else is more telling; only the index is read."""
    one = (where.request_id, where.recipient, where.begins, where.list_id, where.tenant_id, where.template_id)
    several = (*where.tags, *where.provider, *where.channels)
    if not where.statuses or not any((*one, *several)) or where.event is not None:
        return False  # no other index would be chosen, or that of events, which holds the status too
    here: Where = {messages.c.environment_id: [environment_id], messages.c.status: where.statuses}
    search = Search(place=PLACE, branches=[here], within=_within(where, messages.c.enqueued))
    looked = search.looked(before=None, limit=count_max + 1, in_order=wants_order(connection))
    return len((await connection.execute(looked)).all()) <= count_max


def _most_telling(where: MessageFilter) -> Where:
    """Tell what leaves so few rows that nothing else is more telling."""
    named = {
        messages.c.id: where.message_id,
        messages.c.request_id: where.request_id,
        messages.c.recipient: where.recipient,
    }
    return next(({column: (value,)} for column, value in named.items() if value is not None), {})


def _telling(where: MessageFilter) -> Where:
    if where.event is not None:  # its index holds the status too
        return {messages.c.event: (where.event,), messages.c.status: where.statuses or tuple(Status)}
    return next(({column: (value,)} for column, value in _groups(where).items() if value is not None), {})


def _groups(where: MessageFilter) -> dict[Any, str | None]:
    return {
        messages.c.list_id: where.list_id,
        messages.c.tenant_id: where.tenant_id,
        messages.c.template_id: where.template_id,
    }


def _filters(where: MessageFilter) -> Filters:
    equal: dict[Any, Sequence[object]] = {
        messages.c.id: () if where.message_id is None else (where.message_id,),
        messages.c.request_id: () if where.request_id is None else (where.request_id,),
        messages.c.recipient: () if where.recipient is None else (where.recipient,),
        messages.c.event: () if where.event is None else (where.event,),
        **{column: (value,) for column, value in _groups(where).items() if value is not None},
        messages.c.provider: where.provider,
        messages.c.channel: where.channels,
        messages.c.status: where.statuses,
        messages.c.reason: [reason.value for reason in where.reasons],
    }
    filters: Filters = {column: unindexed(column).in_(values) for column, values in equal.items() if values}
    filters["archived"] = is_archived() if where.archived else ~is_archived()
    if where.begins is not None:
        columns = (messages.c.recipient, messages.c.id, messages.c.request_id)
        filters["begins"] = or_(*(begins(column, where.begins) for column in columns))
    if where.tags:
        has = and_(
            message_tags.c.environment_id == messages.c.environment_id,
            message_tags.c.message_id == messages.c.id,
            unindexed(message_tags.c.tag).in_(where.tags),
        )
        filters["tags"] = exists(select(message_tags.c.tag).where(has))
    return filters


def _search(where: MessageFilter, branches: Sequence[Where], *, served: Collection[Any]) -> Search:
    filters = [each for name, each in _filters(where).items() if name not in served]
    return Search(place=PLACE, branches=branches, within=_within(where, messages.c.enqueued), filters=filters)


def _within(where: MessageFilter, at: Any) -> list[ColumnElement[bool]]:
    within = []
    if where.enqueued_after is not None:
        within.append(at > where.enqueued_after)
    if where.enqueued_before is not None:
        within.append(at < where.enqueued_before)
    return within


def _tagged(environment_id: int, where: MessageFilter) -> Search:
    same = and_(messages.c.environment_id == message_tags.c.environment_id, messages.c.id == message_tags.c.message_id)
    return Search(
        place=_TAGGED,
        branches=[{message_tags.c.environment_id: [environment_id], message_tags.c.tag: where.tags}],
        within=_within(where, message_tags.c.enqueued),
        filters=[each for name, each in _filters(where).items() if name != "tags"],
        source=message_tags.join(messages, same),
    )


async def _begins_branches(connection: AsyncConnection, environment_id: int, prefix: str) -> list[Where] | None:
    """List the recipients and ids that begin so; None when there are more than are searched one by one."""
    env = {messages.c.environment_id: environment_id}
    found: dict[Any, list[str]] = {}
    for column in (messages.c.recipient, messages.c.id, messages.c.request_id):
        rows = await connection.scalars(words(column, env, prefix=prefix, count_max=_WORDS_MAX + 1))
        found[column] = list(rows)
        if len(found[column]) > _WORDS_MAX:
            return None
    alone = set(found[messages.c.id])  # a message that is its own request is found by its id
    found[messages.c.request_id] = [each for each in found[messages.c.request_id] if each not in alone]
    here: Where = {messages.c.environment_id: [environment_id]}
    return [{**here, column: values} for column, values in found.items() if values]


async def _way_branches(connection: AsyncConnection, environment_id: int, where: MessageFilter) -> list[Where] | None:
    """List the ways that are asked for: the index holds a provider's channels, and one is left open.

    None when there are more than are searched one by one.
    """
    env = {messages.c.environment_id: environment_id}
    providers = list(where.provider)
    if not providers:
        providers = list(await connection.scalars(words(messages.c.provider, env, count_max=_WAYS_MAX)))
    branches: list[Where] = []
    count = 0
    for provider in dict.fromkeys(providers):
        channels: list[str | None] = list(where.channels)
        if not channels:
            key = {**env, messages.c.provider: provider}
            channels = [None, *await connection.scalars(words(messages.c.channel, key, count_max=_WAYS_MAX))]
        count += len(channels)
        here: Where = {messages.c.environment_id: [environment_id]}
        branches.append({**here, messages.c.provider: [provider], messages.c.channel: channels})
    return branches if count <= _BRANCHES_MAX and len(providers) < _WAYS_MAX else None
