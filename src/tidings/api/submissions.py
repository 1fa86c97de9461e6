"""Drafts that others look at before they are published (courier-semantics.md §12, courier-api.md §10)."""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.templates import CHECKS_MAX, CheckStatus, Submission, SubmissionState


class CheckBody(msgspec.Struct):
    """What one check says."""

    id: Annotated[str, Meta(min_length=1, max_length=255)]
    status: CheckStatus
    type: Literal["custom"] = "custom"


class ChecksBody(msgspec.Struct):
    """What checks say; those that are left out stay as they are."""

    checks: Annotated[list[CheckBody], Meta(min_length=1, max_length=CHECKS_MAX)]


class CheckAnswer(msgspec.Struct):
    """One check as it stands."""

    id: str
    status: CheckStatus
    updated: int
    type: Literal["custom"] = "custom"


class ChecksAnswer(msgspec.Struct):
    """The checks of a submission."""

    checks: list[CheckAnswer]


class SubmissionAnswer(msgspec.Struct):
    """A draft that was handed in."""

    id: str
    notification_id: str
    state: SubmissionState
    submitted: int
    submitter: str
    checks: list[CheckAnswer]


class SubmissionController(Controller):
    """A draft that is handed in cannot be written until its checks publish it or it is taken back."""

    path = "/notifications/{notification_id:str}"
    tags = ("Notifications",)

    @post("/submissions", status_code=201, summary="Hand in a draft")
    async def submit(self, notification_id: FromPath[str], grant: Grant, services: Injected) -> SubmissionAnswer:
        """Ours; Courier's Studio has a button. The checks that the template requires begin as `PENDING`."""
        now = services.clock.now_ms()
        submission = await services.submissions.submit(
            grant.environment_id, notification_id, submission_id=ids.prefixed_id("sub", now), by=grant.key_id, now=now
        )
        return _submission(submission)

    @get("/submissions/{submission_id:str}", summary="Read a submission")
    async def retrieve(
        self, notification_id: FromPath[str], submission_id: FromPath[str], grant: Grant, services: Injected
    ) -> SubmissionAnswer:
        """Ours: with what became of it, `OPEN`, `PUBLISHED` or `CANCELED`."""
        return _submission(await services.submissions.get(grant.environment_id, notification_id, submission_id))

    @get("/{submission_id:str}/checks", summary="List a submission's checks")
    async def checks(
        self, notification_id: FromPath[str], submission_id: FromPath[str], grant: Grant, services: Injected
    ) -> ChecksAnswer:
        """List them as they stand; also when the submission is over."""
        submission = await services.submissions.get(grant.environment_id, notification_id, submission_id)
        return ChecksAnswer(_checks(submission))

    @put("/{submission_id:str}/checks", summary="Say what checks found")
    async def tell(
        self,
        notification_id: FromPath[str],
        submission_id: FromPath[str],
        data: JSONBody[ChecksBody],
        grant: Grant,
        services: Injected,
    ) -> ChecksAnswer:
        """Once every check is `RESOLVED` the draft is published. A check of another id joins them."""
        submission = await services.submissions.tell(
            grant.environment_id,
            notification_id,
            submission_id,
            {check.id: check.status for check in data.checks},
            by=grant.key_id,
            now=services.clock.now_ms(),
        )
        services.wakeup.wake("config")
        return ChecksAnswer(_checks(submission))

    @delete("/{submission_id:str}/checks", summary="Take a draft back")
    async def cancel(
        self, notification_id: FromPath[str], submission_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """Fail what is not resolved; the draft may be written again."""
        now = services.clock.now_ms()
        await services.submissions.cancel(grant.environment_id, notification_id, submission_id, now=now)


def _submission(submission: Submission) -> SubmissionAnswer:
    return SubmissionAnswer(
        id=submission.id,
        notification_id=submission.template_id,
        state=submission.state,
        submitted=submission.submitted,
        submitter=submission.submitter,
        checks=_checks(submission),
    )


def _checks(submission: Submission) -> list[CheckAnswer]:
    return [CheckAnswer(check.id, check.status, check.updated) for check in submission.checks]
