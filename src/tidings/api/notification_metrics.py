"""`GET /notifications/{id}/metrics`: how far a template's messages came (courier-api.md §10)."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.messages import moment
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.ledger import DAY_MS, HOUR_MS, Granularity, Handled, in_buckets, snapped
from tidings.ledger.funnel import BUCKETS_MAX
from tidings.timing import duration_ms

LOOKED_MAX = 200_000
"""Messages that are looked at: a second or two. More are no harm to an answer in percent."""
_SPANS = {"HOUR": 7 * DAY_MS, "DAY": 90 * DAY_MS}
_LOOKBACK = "P30D"
_AT_MAX = 4_102_444_800_000
"""The year 2100."""


class Figures(msgspec.Struct):
    """Messages that one provider had in hand on one channel."""

    provider: str
    channel: str
    sent: int
    delivered: int
    opened: int
    clicked: int
    errors: int
    """Refused or failed, those that a later provider took among them."""
    undeliverable: int
    """Those that no provider took."""


class Bucket(msgspec.Struct):
    """One stretch of time."""

    period: str
    """When it begins."""
    data: list[Figures]


class MetricsAnswer(msgspec.Struct, rename="camel"):
    """A template's messages by the time at which they were enqueued, in UTC."""

    notification_id: str
    granularity: Granularity
    start: str
    end: str
    series: list[Bucket]
    """One for each bucket, the quiet ones too."""
    is_all: bool
    """False when there were more messages than are looked at: then the oldest are missing."""


class NotificationMetricsController(Controller):
    """Figures of one template."""

    path = "/notifications"
    tags = ("Notifications",)

    @get("/{notification_id:str}/metrics", summary="See how far a template's messages came")
    async def metrics(
        self,
        *,
        notification_id: FromPath[str],
        grant: Grant,
        services: Injected,
        start: Annotated[str | None, QueryParameter(description="ISO-8601, or epoch ms; together with `end`.")] = None,
        end: Annotated[str | None, QueryParameter(description="As `start`, and later.")] = None,
        lookback: Annotated[str, QueryParameter(description="An ISO-8601 duration, counted back from now.")] = (
            _LOOKBACK
        ),
        granularity: FromQuery[Granularity] = "DAY",
    ) -> MetricsAnswer:
        """Answer by provider and channel. An unknown template has quiet buckets, as in Courier's API."""
        window = _window(start, end, lookback, now=services.clock.now_ms())
        if window[1] - window[0] > _SPANS.get(granularity, _AT_MAX):
            days = _SPANS[granularity] // DAY_MS
            raise InvalidInput(f"{granularity} covers {days} days at most: ask for a coarser one", path="granularity")
        bounds = snapped(*window, granularity)
        if len(bounds) > BUCKETS_MAX + 1:
            raise InvalidInput(f"an answer has {BUCKETS_MAX} buckets at most: ask for less time", path="start")
        found = await services.template_metrics.read(
            grant.environment_id,
            notification_id,
            start=bounds[0],
            end=bounds[-1],
            step_ms=HOUR_MS if granularity == "HOUR" else DAY_MS,
            limit=LOOKED_MAX,
        )
        buckets = zip(bounds, in_buckets(found.handled, bounds), strict=False)
        return MetricsAnswer(
            notification_id=notification_id,
            granularity=granularity,
            start=iso(bounds[0]),
            end=iso(bounds[-1]),
            series=[Bucket(iso(at), [_figures(each) for each in handled]) for at, handled in buckets],
            is_all=found.is_all,
        )


def _window(start: str | None, end: str | None, lookback: str, *, now: int) -> tuple[int, int]:
    first, last = moment(start, path="start"), moment(end, path="end")
    if (first is None) != (last is None):
        raise InvalidInput("`start` and `end` come together", path="end" if last is None else "start")
    if first is None or last is None:
        span = duration_ms(lookback)
        if not span or span > now:
            raise InvalidInput("is an ISO-8601 duration, such as `P30D` or `PT12H`", path="lookback")
        return now - span, now
    if not 0 <= first < last <= _AT_MAX:
        raise InvalidInput("is earlier than `end`, and both are from 1970 to 2100", path="start")
    return first, last


def _figures(handled: Handled) -> Figures:
    return Figures(
        provider=handled.provider,
        channel=handled.channel,
        sent=handled.sent,
        delivered=handled.delivered,
        opened=handled.opened,
        clicked=handled.clicked,
        errors=handled.errors,
        undeliverable=handled.undeliverable,
    )
