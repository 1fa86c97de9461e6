"""Digests of topics as the API writes them (courier-api.md §21)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.audiences import check_audience_id
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.preferences import Category, Day, Digest, Frequency, Retain, Schedule
from tidings.preferences.digest import LIMIT
from tidings.timing import zone_of

SCHEDULES_MAX = 4
"""As many as Courier has."""
_CATEGORIES_MAX = 20
_ITEMS_MAX = 100
_Id = Annotated[str, Meta(min_length=1, max_length=256)]


class ScheduleBody(msgspec.Struct):
    """A schedule to write; with the id of one that stands, it replaces that one whole."""

    frequency: Frequency
    time: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    day_of_week: Day | None = None
    days_of_week: Annotated[list[Day], Meta(max_length=7)] | None = None
    day_of_month: Annotated[int, Meta(ge=1, le=31)] | None = None
    timezone: str | None = None
    is_default: bool | None = None
    disabled: bool | None = None
    schedule_id: _Id | None = None


class CategoryBody(msgspec.Struct):
    """A category to write."""

    category_key: _Id
    retain: str | None = None
    limit: Annotated[int, Meta(ge=1, le=_ITEMS_MAX)] | None = None
    sort_key: _Id | None = None


class DigestBody(msgspec.Struct):
    """A digest to write."""

    template_id: _Id
    schedules: Annotated[list[ScheduleBody], Meta(min_length=1, max_length=SCHEDULES_MAX)] | None = None
    categories: Annotated[list[CategoryBody], Meta(min_length=1, max_length=_CATEGORIES_MAX)] | None = None
    audience_id: str | None = None
    trigger_empty: bool | None = None


class ScheduleAnswer(msgspec.Struct):
    """A schedule; times are ISO-8601."""

    schedule_id: str
    frequency: Frequency
    is_default: bool
    disabled: bool
    created: str
    updated: str
    time: str | UnsetType = UNSET
    day_of_week: Day | UnsetType = UNSET
    days_of_week: Sequence[Day] | UnsetType = UNSET
    day_of_month: int | UnsetType = UNSET
    timezone: str | UnsetType = UNSET


class CategoryAnswer(msgspec.Struct):
    """A category."""

    category_key: str
    retain: Retain
    limit: int
    sort_key: str | UnsetType = UNSET


class DigestAnswer(msgspec.Struct):
    """A digest."""

    template_id: str
    schedules: list[ScheduleAnswer]
    categories: list[CategoryAnswer]
    trigger_empty: bool
    created: str
    updated: str
    audience_id: str | UnsetType = UNSET


def digest_of(body: DigestBody, before: Digest | None, *, now: int) -> Digest:
    """Read a digest; schedules that are left out stay as they were. Raises `InvalidInput`."""
    if body.audience_id is not None:
        check_audience_id(body.audience_id, path="digest.audience_id")
    elif body.trigger_empty:
        raise InvalidInput("name the audience of which everybody gets a digest", path="digest.audience_id")
    schedules = before.schedules if before is not None else ()
    if body.schedules is not None:
        standing = {each.id: each for each in schedules}
        schedules = tuple(
            _schedule(each, standing, path=f"digest.schedules[{index}]", now=now)
            for index, each in enumerate(body.schedules)
        )
    if not schedules:
        raise InvalidInput("a digest without a schedule would never go", path="digest.schedules")
    if len({each.id for each in schedules}) < len(schedules):
        raise InvalidInput("names a schedule twice", path="digest.schedules")
    if sum(each.is_default for each in schedules) > 1:
        raise InvalidInput("one schedule is the default", path="digest.schedules")
    categories = tuple(
        _category(each, path=f"digest.categories[{index}]") for index, each in enumerate(body.categories or ())
    )
    if len({each.category_key for each in categories}) < len(categories):
        raise InvalidInput("names a category twice", path="digest.categories")
    created = before.created if before is not None else now
    return Digest(
        template_id=body.template_id,
        schedules=schedules,
        categories=categories or (Category(),),
        audience_id=body.audience_id,
        trigger_empty=bool(body.trigger_empty),
        created=created,
        updated=now,
    )


_NEEDS = {"weekly": "day_of_week", "custom_days": "days_of_week", "monthly": "day_of_month"}


def _schedule(body: ScheduleBody, standing: dict[str, Schedule], *, path: str, now: int) -> Schedule:
    if body.schedule_id is not None and body.schedule_id not in standing:
        raise InvalidInput("there is no schedule of this id in this topic", path=f"{path}.schedule_id")
    needed = _NEEDS.get(body.frequency)
    if needed and not getattr(body, needed):
        raise InvalidInput(f"{body.frequency} needs it", path=f"{path}.{needed}")
    if (body.time is None) != (body.frequency == "instant"):
        raise InvalidInput("HH:MM is needed for every frequency except instant", path=f"{path}.time")
    if body.timezone is not None and zone_of(body.timezone) is None:
        raise InvalidInput("there is no such zone", path=f"{path}.timezone")
    before = standing.get(body.schedule_id or "")
    return Schedule(
        id=body.schedule_id or ids.prefixed_id("sch", now),
        frequency=body.frequency,
        time=body.time or "00:00",
        day_of_week=body.day_of_week,
        days_of_week=tuple(body.days_of_week or ()),
        day_of_month=body.day_of_month,
        timezone=body.timezone,
        is_default=bool(body.is_default),
        disabled=bool(body.disabled),
        created=before.created if before else now,
        updated=now,
    )


def _category(body: CategoryBody, *, path: str) -> Category:
    try:
        retain: Retain = msgspec.convert((body.retain or "FIRST").upper(), Retain)
    except msgspec.ValidationError as error:
        raise InvalidInput("one of FIRST, LAST, HIGHEST, LOWEST, NONE", path=f"{path}.retain") from error
    if retain in {"HIGHEST", "LOWEST"} and body.sort_key is None:
        raise InvalidInput(f"{retain} needs it", path=f"{path}.sort_key")
    return Category(
        category_key=body.category_key,
        retain=retain,
        limit=LIMIT if body.limit is None else body.limit,
        sort_key=body.sort_key,
    )


def digest_answer(digest: Digest) -> DigestAnswer:
    """Put a digest on the wire."""
    return DigestAnswer(
        template_id=digest.template_id,
        schedules=[_schedule_answer(each) for each in digest.schedules],
        categories=[
            CategoryAnswer(each.category_key, each.retain, each.limit, _set(each.sort_key))
            for each in digest.categories
        ],
        trigger_empty=digest.trigger_empty,
        created=iso(digest.created),
        updated=iso(digest.updated),
        audience_id=_set(digest.audience_id),
    )


def _schedule_answer(schedule: Schedule) -> ScheduleAnswer:
    return ScheduleAnswer(
        schedule_id=schedule.id,
        frequency=schedule.frequency,
        is_default=schedule.is_default,
        disabled=schedule.disabled,
        created=iso(schedule.created),
        updated=iso(schedule.updated),
        time=UNSET if schedule.frequency == "instant" else schedule.time,
        day_of_week=_set(schedule.day_of_week),
        days_of_week=_set(schedule.days_of_week or None),
        day_of_month=_set(schedule.day_of_month),
        timezone=_set(schedule.timezone),
    )


def _set(value: Any) -> Any:
    return UNSET if value is None else value
