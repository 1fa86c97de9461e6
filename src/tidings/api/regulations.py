"""Regulations, in the words of Segment's Public API: suppress and delete users, and see the receipts."""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit
from tidings.api.services import Services
from tidings.clock import iso
from tidings.regulations import (
    SUBJECTS_MAX,
    OverallStatus,
    Regulation,
    RegulationType,
    Told,
    ToldStatus,
    asked,
    overall,
    told_status,
)

_UserId = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class RegulationBody(msgspec.Struct, rename="camel"):
    """What is to be done with which users."""

    regulation_type: RegulationType
    subject_type: Literal["USER_ID"]
    subject_ids: Annotated[list[_UserId], Meta(min_length=1, max_length=SUBJECTS_MAX)]


class Regulated(msgspec.Struct, rename="camel"):
    """The id of the request."""

    regulate_id: str


class RegulatedAnswer(msgspec.Struct):
    """The id, as Segment wraps it."""

    data: Regulated


class DestinationStatus(msgspec.Struct, rename="camel"):
    """What came of it at an outside destination: `errString` says why it was not told, or did not take it."""

    id: str
    name: str
    status: ToldStatus
    err_string: str
    finished_at: str | None


class StreamStatus(msgspec.Struct, rename="camel"):
    """What became of it outside."""

    id: str
    destination_status: list[DestinationStatus]


class RegulationView(msgspec.Struct, rename="camel"):
    """A request and its receipt. `erased`, `askedBy` and `error` are ours."""

    id: str
    regulation_type: RegulationType
    subject_type: str
    subjects: list[str]
    overall_status: OverallStatus
    created_at: str
    finished_at: str | None
    stream_status: list[StreamStatus]
    asked_by: str
    erased: dict[str, int]
    error: str


class OneRegulation(msgspec.Struct):
    """One, as Segment wraps it."""

    regulation: RegulationView


class RegulationAnswer(msgspec.Struct):
    """One, as Segment wraps it."""

    data: OneRegulation


class Pagination(msgspec.Struct):
    """Where a listing goes on: `next` is the next page's `cursor`."""

    next: str | None = None


class SomeRegulations(msgspec.Struct):
    """Some, newest first."""

    regulations: list[RegulationView]
    pagination: Pagination


class RegulationList(msgspec.Struct):
    """Some, as Segment wraps them."""

    data: SomeRegulations


class SomeSuppressed(msgspec.Struct):
    """Ids of users."""

    suppressed: list[str]
    pagination: Pagination


class SuppressedList(msgspec.Struct):
    """Ids of users, as Segment wraps them."""

    data: SomeSuppressed


class Withdrawn(msgspec.Struct):
    """It was taken back."""

    status: Literal["SUCCESS"] = "SUCCESS"


class WithdrawnAnswer(msgspec.Struct):
    """As Segment wraps it."""

    data: Withdrawn


class RegulationController(Controller):
    """Users who ask not to be known, or to be forgotten."""

    path = "/regulations"
    tags = ("Privacy",)

    @post(status_code=200, summary="Suppress or delete users, or lift a suppression")
    async def create(self, data: JSONBody[RegulationBody], grant: Grant, services: Injected) -> RegulatedAnswer:
        """Suppressing takes effect before the answer; what is to be deleted is deleted by a worker."""
        now = services.clock.now_ms()
        wanted = asked(
            data.regulation_type,
            data.subject_ids,
            environment_id=grant.environment_id,
            regulation_id=ids.prefixed_id("reg", now),
            asked_by=grant.key_id,
            now=now,
        )
        await services.regulations.add(wanted)
        return RegulatedAnswer(Regulated(wanted.id))

    @get(summary="List regulations")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> RegulationList:
        """List, newest first."""
        page = await services.regulations.page(grant.environment_id, limit=limit, cursor=cursor)
        there = await _destinations(services, grant.environment_id)
        views = [_view(regulation, there) for regulation in page.items]
        return RegulationList(SomeRegulations(views, Pagination(page.cursor)))

    @get("/suppressed", summary="List users whose calls are refused")
    async def suppressed(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> SuppressedList:
        """List user ids."""
        page = await services.regulations.suppressed(grant.environment_id, limit=limit, cursor=cursor)
        return SuppressedList(SomeSuppressed(page.items, Pagination(page.cursor)))

    @get("/{regulate_id:str}", summary="Read a regulation: the receipt")
    async def retrieve(self, regulate_id: FromPath[str], grant: Grant, services: Injected) -> RegulationAnswer:
        """Answer what was asked, by whom and when, what has been erased, by table, and what came of it outside."""
        regulation = await services.regulations.get(grant.environment_id, regulate_id)
        return RegulationAnswer(OneRegulation(_view(regulation, await _destinations(services, grant.environment_id))))

    @delete("/{regulate_id:str}", status_code=200, summary="Withdraw a deletion that has not begun")
    async def withdraw(self, regulate_id: FromPath[str], grant: Grant, services: Injected) -> WithdrawnAnswer:
        """Answer 409 when something was done already, as suppressing always is."""
        await services.regulations.withdraw(grant.environment_id, regulate_id)
        return WithdrawnAnswer(Withdrawn())


async def _destinations(services: Services, environment_id: int) -> set[str]:
    return {each.id for each in await services.destinations.all(environment_id)}


def _view(regulation: Regulation, destinations: set[str]) -> RegulationView:
    outside = [_outside(key, told, is_there=key in destinations) for key, told in (regulation.outside or {}).items()]
    return RegulationView(
        id=regulation.id,
        regulation_type=regulation.type,
        subject_type="USER_ID",
        subjects=list(regulation.user_ids),
        overall_status=overall(regulation, destinations=destinations),
        created_at=iso(regulation.created),
        finished_at=None if regulation.finished is None else iso(regulation.finished),
        stream_status=[StreamStatus("tidings", outside)] if outside else [],
        asked_by=regulation.asked_by,
        erased=dict(regulation.erased),
        error=regulation.error,
    )


def _outside(destination_id: str, told: Told, *, is_there: bool) -> DestinationStatus:
    status = told_status(told, is_there=is_there)
    return DestinationStatus(
        id=destination_id,
        name=told.name,
        status=status,
        err_string=told.error if is_there or told.error else "the destination was deleted before it had answered",
        finished_at=iso(told.updated) if status in {"FINISHED", "PARTIAL_SUCCESS", "FAILED"} else None,
    )
