"""The audit log, in Courier's words (courier-api.md §18)."""

from typing import Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromPath

from tidings.accounts import ActorKind, AuditEvent
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.clock import iso


class ActorAnswer(msgspec.Struct, kw_only=True):
    """Who did it."""

    id: str
    """Of the account or the API key; empty for whoever came by the one-time link."""
    email: str | None
    """Of an account that there still is."""
    kind: ActorKind
    """Ours."""


class AuditEventAnswer(msgspec.Struct, kw_only=True, rename="camel"):
    """One change that somebody asked for. What was said is not kept."""

    audit_event_id: str
    actor: ActorAnswer
    source: Literal["studio", "api"]
    target: str
    """Which thing; empty where its name would tell of a user."""
    timestamp: str
    type: str
    """What the change is called: `notifications:publish`."""
    method: str
    """This and what follows is ours."""
    route: str
    status: int
    """How it was answered: one of 400 or more changed nothing."""
    address: str
    """From where, shortened to the neighbourhood."""


class AuditEventController(Controller):
    """What was changed in this environment and in the workspace, and by whom."""

    path = "/audit-events"
    tags = ("Audit",)

    @get(summary="List audit events")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[AuditEventAnswer]:
        """List, newest first: what was changed here, and in the workspace as a whole."""
        found = await services.audit.page(grant.workspace_id, grant.environment_id, limit=limit, cursor=cursor)
        return listing(found, _shown)

    @get("/{audit_event_id:str}", summary="Read an audit event")
    async def retrieve(self, audit_event_id: FromPath[str], grant: Grant, services: Injected) -> AuditEventAnswer:
        """Answer one."""
        return _shown(await services.audit.get(grant.workspace_id, grant.environment_id, audit_event_id))


def _shown(event: AuditEvent) -> AuditEventAnswer:
    return AuditEventAnswer(
        audit_event_id=event.id,
        actor=ActorAnswer(id=event.actor.id, email=event.actor_email, kind=event.actor.kind),
        source="api" if event.actor.kind in {"api_key", "provider"} else "studio",
        target=event.target,
        timestamp=iso(event.at),
        type=event.type,
        method=event.method,
        route=event.route,
        status=event.status,
        address=event.address,
    )
