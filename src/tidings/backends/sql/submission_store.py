"""Drafts that were handed in to be checked."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import template_rows
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.status_news import announce
from tidings.backends.sql.tables_submissions import template_submissions
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.templates import CHECKS_MAX, Check, CheckStatus, Submission


class SqlSubmissionStore:
    """Submissions in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def submit(
        self, environment_id: int, template_id: str, *, submission_id: str, by: str, now: int
    ) -> Submission:
        """Hand the draft in. Raises `NotFound` and `Conflict`."""
        async with self._database.write() as connection:
            await template_rows.hold(connection, environment_id, template_id)
            required = await template_rows.required_checks(connection, environment_id, template_id)
            submission = Submission(
                environment_id=environment_id,
                template_id=template_id,
                id=submission_id,
                submitted=now,
                submitter=by,
            ).told(dict.fromkeys(required, "PENDING"), now=now)
            await connection.execute(template_submissions.insert().values(_values(submission)))
            told = {"id": template_id, "submission_id": submission_id}
            await announce(connection, environment_id, "notification:submitted", told, now=now)
        return submission

    async def get(self, environment_id: int, template_id: str, submission_id: str) -> Submission:
        """Read one, over or not. Raises `NotFound`."""
        async with self._database.read() as connection:
            return await _read(connection, environment_id, template_id, submission_id)

    async def tell(
        self,
        environment_id: int,
        template_id: str,
        submission_id: str,
        statuses: Mapping[str, CheckStatus],
        *,
        by: str,
        now: int,
    ) -> Submission:
        """Note what checks say, and publish when all is well. Raises `NotFound`, `Conflict` and `TooLarge`."""
        async with self._database.write() as connection:
            open_ = await _held(connection, environment_id, template_id, submission_id)
            told = open_.told(statuses, now=now)
            if len(told.checks) > CHECKS_MAX:
                raise TooLarge(f"a submission has {CHECKS_MAX} checks at most", path="checks")
            if told.is_resolved:
                told = msgspec.structs.replace(told, state="PUBLISHED")
                number = await template_rows.number_draft(connection, environment_id, template_id, by=by, now=now)
                values = {"published_version": number, "updated": now, "updater": by}
                await template_rows.touch(connection, environment_id, template_id, **values)
                await bump(connection, "mapping")
                published = {"id": template_id, "published_at": now}
                await announce(connection, environment_id, "notification:published", published, now=now)
            await _write(connection, told)
        return told

    async def cancel(self, environment_id: int, template_id: str, submission_id: str, *, now: int) -> Submission:
        """Take it back. Raises `NotFound` and `Conflict`."""
        async with self._database.write() as connection:
            open_ = await _held(connection, environment_id, template_id, submission_id)
            canceled = open_.canceled(now=now)
            await _write(connection, canceled)
            told = {"id": template_id, "canceled_at": now, "submission_id": submission_id}
            await announce(connection, environment_id, "notification:submission_canceled", told, now=now)
        return canceled


async def _held(connection: AsyncConnection, environment_id: int, template_id: str, submission_id: str) -> Submission:
    """Lock the template, and read a submission that is open."""
    await template_rows.hold(connection, environment_id, template_id, submitted=True)
    found = await _read(connection, environment_id, template_id, submission_id)
    if found.state != "OPEN":
        raise Conflict(f"the submission {submission_id!r} is over: it was {found.state.lower()}")
    return found


async def _read(connection: AsyncConnection, environment_id: int, template_id: str, submission_id: str) -> Submission:
    query = select(template_submissions).where(_is(environment_id, template_id, submission_id))
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"the template {template_id!r} has no submission {submission_id!r}")
    return _submission(row)


async def _write(connection: AsyncConnection, submission: Submission) -> None:
    at = _is(submission.environment_id, submission.template_id, submission.id)
    await connection.execute(update(template_submissions).where(at).values(_values(submission)))


def _is(environment_id: int, template_id: str, submission_id: str) -> ColumnElement[bool]:
    return and_(
        template_submissions.c.environment_id == environment_id,
        template_submissions.c.template_id == template_id,
        template_submissions.c.id == submission_id,
    )


def _values(submission: Submission) -> dict[str, Any]:
    return {
        "environment_id": submission.environment_id,
        "template_id": submission.template_id,
        "id": submission.id,
        "submitted": submission.submitted,
        "submitter": submission.submitter,
        "state": submission.state,
        "checks": msgspec.json.encode(submission.checks),
    }


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        environment_id=row.environment_id,
        template_id=row.template_id,
        id=row.id,
        submitted=row.submitted,
        submitter=row.submitter,
        state=row.state,
        checks=msgspec.json.decode(row.checks, type=tuple[Check, ...]),
    )
