"""What a mapping would have sent, and who can be reached how: counted and asked, within bounds, and nothing is done."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog

from tidings.clock import Clock
from tidings.data_logs import Asked, ChannelReach, Forecast, Refused, Sample, Ways
from tidings.errors import InvalidInput, Unavailable
from tidings.event_maps import SEGMENT_TRACK_PREFIX
from tidings.gates import Go, Hold
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.messages import Message
from tidings.pipeline.choices import choices_of
from tidings.pipeline.foresight import Foreseen, Foresight
from tidings.ports import ArchiveManifest, CallArchive, EventFilter, EventLog, LedgerStore, TemplateStore
from tidings.records import CallFilter, user_key
from tidings.routing import ORDER, Route, shown

log = structlog.get_logger()

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
CALLS_MAX = 100_000
"""Calls of the log that are counted."""
USERS_LOOKED_MAX = 10_000
"""Newest calls whose users are counted."""
_SAMPLED_MAX = 200
_ARCHIVED_ROWS_MAX = 20_000_000
"""Rows of the archive that are read; the newest files count."""
_ARCHIVE_S = 8.0
_SENDABLE = (EventStatus.MAPPED, EventStatus.UNMAPPED)
"""What calls came to that a mapping would have sent something for."""


class _Body(msgspec.Struct, frozen=True):
    properties: Any = None


_body = msgspec.json.Decoder(_Body)


class Past(msgspec.Struct, frozen=True):
    """Where calls of the past are."""

    events: EventLog
    ledger: LedgerStore
    manifest: ArchiveManifest
    archive: Callable[[], CallArchive] | None
    """Opens the archive; None where none is kept."""


class StoredForecaster:
    """Forecasts from the log, the archive and the stores."""

    def __init__(self, *, past: Past, templates: TemplateStore, foresight: Foresight, clock: Clock) -> None:
        self._past = past
        self._templates = templates
        self._foresight = foresight
        self._clock = clock

    async def mapping(self, environment_id: int, event_id: str, template_id: str, *, days: int) -> Forecast:
        """Count, and ask for some."""
        name = event_id.removeprefix(SEGMENT_TRACK_PREFIX)
        if name == event_id:
            raise InvalidInput(f"is the event of a track: {SEGMENT_TRACK_PREFIX} and its name", path="event_id")
        since = self._clock.now_ms() - days * _DAY_MS
        where = EventFilter(statuses=_SENDABLE, type="track", name=name, received_after=since)
        published = await self._templates.published([(environment_id, template_id)])
        kept_from = await self._kept_from()
        counted = await self._past.events.count(
            environment_id, where, count_max=CALLS_MAX, users_looked_max=USERS_LOOKED_MAX
        )
        archived, counted_from = 0, max(since, kept_from)
        if counted_from > since and counted.is_all:
            older = CallFilter(received_from=since, received_before=counted_from, name=name, type="track")
            archived, counted_from = await self._archived(environment_id, older)
        sample = None
        if published:
            newest = (await self._past.events.page(environment_id, where, limit=_SAMPLED_MAX, cursor=None)).items
            sample = await self._sample(newest, event_id, template_id)
        return Forecast(
            event=event_id,
            template_id=template_id,
            is_published=bool(published),
            since=since,
            counted_from=counted_from,
            calls=counted.calls + archived,
            archived=archived,
            is_all=counted.is_all and counted_from <= since,
            users=counted.users,
            users_are_all=counted.users_are_all and not archived and counted_from <= since,
            sample=sample,
        )

    async def channels(self, environment_id: int, user_id: str) -> list[ChannelReach]:
        """Ask for a message to the user on each channel, about nothing in particular."""
        asked = [_knock(environment_id, user_id, channel) for channel in ORDER]
        seen = await self._foresight.of(asked, now=self._clock.now_ms())
        served = {each.channel for each in await self._foresight.available(environment_id)}
        return [_reach(channel, each, is_served=channel in served) for channel, each in zip(ORDER, seen, strict=True)]

    async def ways(self, environment_id: int, event: str, asked: Sequence[Asked]) -> list[Ways]:
        """Ask for a message to each, all at once."""
        now = self._clock.now_ms()
        messages = [_addressed(environment_id, event, each, number, now) for number, each in enumerate(asked)]
        seen = await self._foresight.of(messages, now=now) if messages else []
        exists = await self._templates.exists(environment_id, event)
        available = await self._foresight.available(environment_id)
        return [
            Ways(recipient=each.recipient, reason=None, choices=choices_of(it, available))
            if it.says_something
            else Ways(recipient=each.recipient, reason="UNPUBLISHED" if exists else "UNMAPPED")
            for each, it in zip(asked, seen, strict=True)
        ]

    async def _kept_from(self) -> int:
        async with self._past.ledger.open() as reading:
            events_from, _ = await reading.kept_from()
        return events_from * _HOUR_MS

    async def _archived(self, environment_id: int, where: CallFilter) -> tuple[int, int]:
        """Count what only the archive has; tell from when on it was counted."""
        if self._past.archive is None:
            return 0, where.received_before
        files, rows = [], 0
        for file in reversed(await self._past.manifest.living(environment_id, where.days)):
            rows += file.rows
            if rows > _ARCHIVED_ROWS_MAX:
                break
            files.append(file)
        if not files:
            return 0, where.received_before
        begins = where.received_from if rows <= _ARCHIVED_ROWS_MAX else min(file.first_at for file in files)
        where = msgspec.structs.replace(where, received_from=max(begins, where.received_from))
        try:
            return await self._past.archive().count_calls(files, where, timeout_s=_ARCHIVE_S), where.received_from
        except Unavailable as error:
            log.warning("forecast.archive_away", error=str(error))
            return 0, where.received_before

    async def _sample(self, calls: Sequence[InboundEvent], event_id: str, template_id: str) -> Sample:
        newest: dict[str, InboundEvent] = {}
        for call in calls:
            newest.setdefault(call.user_key, call)
        asked = [_message(call, event_id, template_id) for call in newest.values() if call.user_key]
        seen = await self._foresight.of(asked, now=self._clock.now_ms()) if asked else []
        refusals = Counter(refusal for each in seen if (refusal := _refusal(each)) is not None)
        waiting = sum(isinstance(each.verdict, Hold) for each in seen)
        return Sample(
            users=len(seen),
            would_send=len(seen) - waiting - refusals.total(),
            would_wait=waiting,
            refused=tuple(
                Refused(status=status, reason=reason, why=why, users=users)
                for (status, reason, why), users in refusals.most_common()
            ),
        )


def _message(call: InboundEvent, event_id: str, template_id: str) -> Message:
    properties = _body.decode(call.body).properties
    return Message(
        environment_id=call.environment_id,
        id=call.id,
        user_key=call.user_key,
        recipient=call.user_key[2:],
        enqueued=call.received_at,
        event=event_id,
        template_id=template_id,
        request_id=call.id,
        to={},
        data=properties if isinstance(properties, dict) else {},
    )


def _addressed(environment_id: int, event: str, asked: Asked, number: int, now: int) -> Message:
    return Message(
        environment_id=environment_id,
        id=str(number),
        user_key=user_key(asked.recipient, None),
        recipient=asked.recipient,
        enqueued=now,
        event=event,
        request_id=str(number),
        to=asked.to,
        data=asked.data,
    )


def _knock(environment_id: int, user_id: str, channel: str) -> Message:
    says = [{"type": "text", "content": "."}]
    return Message(
        environment_id=environment_id,
        id=channel,
        user_key=user_key(user_id, None),
        recipient=user_id,
        enqueued=0,
        event="",
        request_id=channel,
        to={},
        data={},
        content={"version": "2022-01-01", "elements": [{"type": "channel", "channel": channel, "elements": says}]},
    )


def _refusal(seen: Foreseen) -> tuple[str, str | None, str] | None:
    if isinstance(seen.verdict, Hold):
        return None
    if not isinstance(seen.verdict, Go):
        return str(seen.verdict.status), seen.verdict.reason and str(seen.verdict.reason), seen.verdict.why
    if seen.route is None or isinstance(seen.route, Route):
        return None
    return str(seen.route.status), str(seen.route.reason), seen.route.detail


def _reach(channel: str, seen: Foreseen, *, is_served: bool) -> ChannelReach:
    providers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    obstacle, why = None, ""
    closed = seen.verdict.refusal(channel) if isinstance(seen.verdict, Go) else None
    if not is_served:
        obstacle, why = "no_provider", f"no provider serves {channel}: add one, or switch one on"
    elif not isinstance(seen.verdict, Go | Hold):
        obstacle, why = "kept_back", seen.verdict.why
    elif closed is not None:
        obstacle, why = "kept_back", closed.why
    elif isinstance(seen.route, Route):
        providers = tuple(dict.fromkeys(way.provider for way in seen.route.ways))
        addresses = tuple(dict.fromkeys(shown(way.address) for way in seen.route.ways))
        why = f"not now: {seen.verdict.why}" if isinstance(seen.verdict, Hold) else ""
    else:
        obstacle, why = "no_address", seen.route.detail if seen.route is not None else ""
    return ChannelReach(
        channel=channel,
        is_reachable=obstacle is None,
        obstacle=obstacle,
        why=why,
        providers=providers,
        addresses=addresses,
        suppression=closed.suppression if closed is not None else "",
    )
