"""Bulk jobs (courier-api.md §8)."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyKey, check_idempotency
from tidings.api.injected import Injected
from tidings.api.lists import PAGE
from tidings.api.paging import Cursor, Paging, paging
from tidings.bulk_jobs import BulkJob, BulkUser, recipient_of_user
from tidings.errors import InvalidInput, NotFound
from tidings.ingest.send import RECIPIENTS_MAX, check_recipient, record_of_send
from tidings.recipients import Expansion, is_many, recipient_of

_NOBODY = {"user_id": "nobody"}
_V1 = {"event": "template", "brand": "brand_id"}

Json = dict[str, Any]


class JobBody(msgspec.Struct):
    """A job to make."""

    message: Json


class JobAnswer(msgspec.Struct, rename="camel"):
    """The new job."""

    job_id: str


class UsersBody(msgspec.Struct):
    """Users to add."""

    users: Annotated[list[Json], Meta(min_length=1, max_length=RECIPIENTS_MAX)]


class UserFault(msgspec.Struct):
    """A user that was not added, and why."""

    error: str
    user: Json


class UsersAnswer(msgspec.Struct):
    """How many were added, and which were not."""

    total: int
    errors: list[UserFault]


class JobState(msgspec.Struct):
    """How far a job has come."""

    definition: Json
    status: str
    received: int
    enqueued: int
    failures: int


class JobStateAnswer(msgspec.Struct):
    """How far a job has come."""

    job: JobState


class JobUsers(msgspec.Struct):
    """A page of users, each with what became of it."""

    paging: Paging
    items: list[Json]


class BulkController(Controller):
    """One message for users who are added until it is run."""

    path = "/bulk"
    tags = ("Bulk",)

    @post(status_code=201, summary="Make a bulk job")
    async def create(
        self, data: JSONBody[JobBody], grant: Grant, services: Injected, key: IdempotencyKey = None
    ) -> JobAnswer:
        """`event` is a template or a mapped event; `template` or `content` take its place."""
        now = services.clock.now_ms()
        check_idempotency(key, None, now=now)
        job_id = ids.idempotent_request_id(grant.environment_id, "POST /bulk", key) if key else ids.request_id(now)
        message = _message(data.message)
        check = services.inline.check
        body = {"message": {**message, "to": _NOBODY}}
        record_of_send(body, request_id=job_id, received_at=now, check_content=check)
        services.inline.check_brands(body)
        job = BulkJob(
            environment_id=grant.environment_id, id=job_id, definition=data.message, message=message, created=now
        )
        await services.bulk.create(job)
        return JobAnswer(job_id=job_id)

    @post("/{job_id:str}", status_code=200, summary="Add users to a bulk job")
    async def add_users(
        self, job_id: FromPath[str], data: JSONBody[UsersBody], grant: Grant, services: Injected
    ) -> UsersAnswer:
        """Add what can be added; a user who is there already, or whom nobody could find, is named with the reason."""
        errors: list[UserFault] = []
        fresh: dict[str, BulkUser] = {}
        for index, user in enumerate(data.users):
            try:
                to = recipient_of_user(user)
                _check_one(to, f"users[{index}]")
            except (InvalidInput, TypeError, AttributeError) as error:
                errors.append(UserFault(str(error) if isinstance(error, InvalidInput) else "is no user", user))
                continue
            key = recipient_of(to).key
            if key in fresh:
                errors.append(UserFault("Duplicate user", user))
            else:
                fresh[key] = BulkUser(key=key, user=user)
        before = await services.bulk.add(grant.environment_id, job_id, list(fresh.values()))
        errors += [UserFault("Duplicate user", fresh[key].user) for key in fresh if key in before]
        return UsersAnswer(total=len(fresh) - len(before), errors=errors)

    @post("/{job_id:str}/run", status_code=202, summary="Run a bulk job")
    async def run(self, job_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Once; its messages name the job as their request."""
        await services.bulk.run(grant.environment_id, job_id, now=services.clock.now_ms())
        services.wakeup.wake("expand")

    @get("/{job_id:str}", summary="Read a bulk job")
    async def retrieve(self, job_id: FromPath[str], grant: Grant, services: Injected) -> JobStateAnswer:
        """Answer how many users it has and how many messages it became."""
        job = await services.bulk.get(grant.environment_id, job_id)
        expansion = await _expansion(services, grant, job)
        status = "CREATED" if expansion is None else "PROCESSING" if expansion.finished is None else "COMPLETED"
        made = expansion.made if expansion else 0
        state = JobState(definition=job.definition, status=status, received=job.received, enqueued=made, failures=0)
        return JobStateAnswer(job=state)

    @get("/{job_id:str}/users", summary="List a bulk job's users")
    async def users(self, job_id: FromPath[str], grant: Grant, services: Injected, cursor: Cursor = None) -> JobUsers:
        """List in the order they were added, 100 a page."""
        page = await services.bulk.users(grant.environment_id, job_id, limit=PAGE, cursor=cursor)
        expansion = await _expansion(services, grant, await services.bulk.get(grant.environment_id, job_id))
        return JobUsers(paging=paging(page), items=[_shown(user, job_id, expansion) for user in page.items])


def _check_one(to: Json, path: str) -> None:
    check_recipient(to, path)
    if is_many({key: value for key, value in to.items() if key != "filters"}):
        raise InvalidInput("a user of a job is one user: lists, audiences and tenants are sent to by /send", path=path)


def _message(given: Json) -> Json:
    """Write a job's message as a request to send holds it. Raises `InvalidInput`."""
    if not isinstance(given.get("event"), str) or not given["event"]:
        raise InvalidInput("name a template or a mapped event", path="message.event")
    message = {key: value for key, value in given.items() if key not in _V1 and key != "to" and value is not None}
    for old, new in _V1.items():
        if given.get(old) is not None and new not in message:
            message[new] = given[old]
    if "content" in message and given.get("template") is None:
        del message["template"]
    return message


async def _expansion(services: Injected, grant: Grant, job: BulkJob) -> Expansion | None:
    if job.run_at is None:
        return None
    try:
        return await services.expansions.get(grant.environment_id, job.id)
    except NotFound:
        return None


def _shown(user: BulkUser, job_id: str, expansion: Expansion | None) -> Json:
    done = expansion is not None and (
        (expansion.finished is not None and not expansion.canceled) or user.number <= int(expansion.cursor.after or 0)
    )
    message_id: str | UnsetType = ids.recipient_id(job_id, user.key) if done else UNSET
    told = {"status": "ENQUEUED" if done else "PENDING"}
    return {**user.user, **told, **({} if message_id is UNSET else {"messageId": message_id})}
