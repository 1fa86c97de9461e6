"""What happened when, as lines of a chart, and how much waits now."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromQuery, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.messages import moment
from tidings.api.services import Services
from tidings.audiences import AUDIENCES_MAX
from tidings.errors import InvalidInput
from tidings.ledger import HOUR, MINUTE, MINUTE_MS, UNKNOWN, Activity, Kind
from tidings.ledger.series import Answers, Line, answers, lines

Bucket = Literal["minute", "hour", "day"]

_DAY = 24 * HOUR
_MINUTES = {"minute": MINUTE, "hour": HOUR, "day": _DAY}
_BUCKETS_MAX = {"minute": 360, "hour": 31 * 24, "day": 92}
"""So much is read quickly, and more is no chart. Counts by the minute are kept for two days."""
_DEFAULT = {"minute": 60, "hour": 24, "day": 30}
_LOOKED_MAX = 10_000
"""Rows of the queue that are looked at."""
_FAILURES = frozenset({"UNDELIVERABLE", "UNROUTABLE", UNKNOWN})


class StatusLine(msgspec.Struct):
    """How many came to a status, in each bucket."""

    status: str
    total: int
    counts: list[int]


class ChannelLine(msgspec.Struct):
    """How many came to a status on a channel, in each bucket."""

    channel: str
    status: str
    total: int
    counts: list[int]


class FailureLine(msgspec.Struct):
    """How many failed for a reason, in each bucket."""

    of: Literal["call", "message"]
    status: str
    reason: str
    total: int
    counts: list[int]


class AudienceLine(msgspec.Struct):
    """How many came into an audience, or left it, in each bucket."""

    audience: str
    """Its id."""
    name: str
    """Empty when it is there no more."""
    change: Literal["JOINED", "LEFT"]
    total: int
    counts: list[int]


class Queue(msgspec.Struct):
    """What waits now."""

    waiting: int
    """Messages that wait to be sent, those that wait for their time among them."""
    is_all: bool
    """False when `waiting` is a lower bound: no more are counted."""
    oldest_due: int | None
    """When the one that has waited longest was due; null when nothing is late."""
    unapplied: int
    """Requests that were accepted and not applied yet, of all environments."""


class InsightsAnswer(msgspec.Struct):
    """Lines of a chart. Times are epoch milliseconds; days are UTC's."""

    start: int = msgspec.field(name="from")
    end: int = msgspec.field(name="to")
    bucket: Bucket
    starts: list[int]
    """When each bucket begins; every `counts` has one number for each."""
    calls: list[StatusLine]
    """Calls, by what became of them."""
    messages: list[StatusLine]
    """Messages that came to a status: one that is sent, delivered and opened is in three lines."""
    channels: list[ChannelLine]
    failures: list[FailureLine]
    providers: list[Answers]
    """How providers answered, over the whole period."""
    audiences: list[AudienceLine]
    queue: Queue


class InsightController(Controller):
    """For whoever watches."""

    path = "/insights"
    tags = ("Insights",)

    @get(summary="See what happened when")
    async def read(
        self,
        *,
        grant: Grant,
        services: Injected,
        bucket: FromQuery[Bucket] = "hour",
        start: Annotated[str | None, QueryParameter(name="from", description="Epoch ms, or ISO-8601.")] = None,
        end: Annotated[str | None, QueryParameter(name="to", description="As `from`; its bucket is the last.")] = None,
    ) -> InsightsAnswer:
        """Answer from counts that are kept as things happen, for the buckets from `from` to `to`."""
        now, step = services.clock.now_ms(), _MINUTES[bucket]
        after = _minute(moment(end, path="to"), now, step) + step
        asked = moment(start, path="from")
        first = after - _DEFAULT[bucket] * step if asked is None else _minute(asked, now, step)
        if not 0 <= first < after:
            raise InvalidInput("is before `to`", path="from")
        if (after - first) // step > _BUCKETS_MAX[bucket]:
            raise InvalidInput(f"a chart has {_BUCKETS_MAX[bucket]} {bucket}s at most", path="from")
        span = MINUTE if bucket == "minute" else HOUR
        found = await services.activity.read(grant.environment_id, span=span, first=first, end=after, step=step)
        waiting = await services.activity.waiting(grant.environment_id, now=now, limit=_LOOKED_MAX)
        starts = range(first, after, step)
        changes = lines(found, starts, _of_audience)
        names = await _names(grant.environment_id, services) if changes else {}
        return InsightsAnswer(
            start=first * MINUTE_MS,
            end=after * MINUTE_MS,
            bucket=bucket,
            starts=[each * MINUTE_MS for each in starts],
            calls=[_of_status(line) for line in lines(found, starts, _of_call)],
            messages=[_of_status(line) for line in lines(found, starts, _of_message)],
            channels=[_on_channel(line) for line in lines(found, starts, _of_channel)],
            failures=[_failure(line) for line in lines(found, starts, _of_failure)],
            providers=answers(each for each in found if each.kind == Kind.ATTEMPT),
            audiences=[_changed(line, names) for line in changes],
            queue=Queue(
                waiting=waiting.count,
                is_all=waiting.is_all,
                oldest_due=waiting.oldest_due,
                unapplied=(await services.depth()).get("stream_lag", 0),
            ),
        )


async def _names(environment_id: int, services: Services) -> dict[str, str]:
    found = await services.audiences.page(environment_id, limit=AUDIENCES_MAX, cursor=None)
    return {each.id: each.name for each in found.items}


def _minute(at: int | None, now: int, step: int) -> int:
    """Tell the first minute of the bucket in which a time lies."""
    return (now if at is None else at) // (MINUTE_MS * step) * step


def _of_status(line: Line) -> StatusLine:
    return StatusLine(status=line.words[0], total=line.total, counts=line.counts)


def _on_channel(line: Line) -> ChannelLine:
    channel, status = line.words
    return ChannelLine(channel=channel, status=status, total=line.total, counts=line.counts)


def _changed(line: Line, names: Mapping[str, str]) -> AudienceLine:
    audience, word = line.words
    change: Literal["JOINED", "LEFT"] = "JOINED" if word == "JOINED" else "LEFT"
    return AudienceLine(
        audience=audience, name=names.get(audience, ""), change=change, total=line.total, counts=line.counts
    )


def _failure(line: Line) -> FailureLine:
    kind, status, reason = line.words
    of: Literal["call", "message"] = "call" if kind == Kind.CALL else "message"
    return FailureLine(of=of, status=status, reason=reason, total=line.total, counts=line.counts)


def _of_call(each: Activity) -> tuple[str, ...] | None:
    return (each.word,) if each.kind == Kind.CALL else None


def _of_message(each: Activity) -> tuple[str, ...] | None:
    return (each.word,) if each.kind == Kind.MESSAGE else None


def _of_channel(each: Activity) -> tuple[str, ...] | None:
    return (each.channel, each.word) if each.kind == Kind.MESSAGE and each.channel else None


def _of_audience(each: Activity) -> tuple[str, ...] | None:
    return (each.reason, each.word) if each.kind == Kind.AUDIENCE else None


def _of_failure(each: Activity) -> tuple[str, ...] | None:
    failed = each.word in _FAILURES if each.kind == Kind.MESSAGE else each.word == "DISCARDED"
    return (each.kind, each.word, each.reason) if failed and each.kind in {Kind.CALL, Kind.MESSAGE} else None
