"""Puts on record what was changed, by whom, once the answer has gone out (ADR 0065)."""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from tidings.accounts import Actor, AuditEvent, StudioSession, shortened
from tidings.api.peer import Peers
from tidings.api.permission import area_of, changes
from tidings.api.services import Services
from tidings.errors import Unavailable
from tidings.ids import prefixed_id
from tidings.workspaces import ApiKeyGrant

log = structlog.get_logger(__name__)

_OF_THE_WORKSPACE = frozenset({"Team", "Environments", "Account"})
_TRAFFIC = frozenset({"Profiles", "Lists", "Tenants", "Debug"})
"""What keys change all day long is no news; what people change there is."""
_NAMES_OF_USERS = frozenset({"user_id", "address", "token", "recipient_id"})
"""Parameters of paths that would tell of a user: the right to be forgotten would have to reach into the log."""
_TARGET_CHARACTERS_MAX = 200
_ANSWER_BYTES_MAX = 64 * 1024


class _Made(msgspec.Struct):
    """As much of an answer as names what was made."""

    id: str | int = ""
    account: "_Made | None" = None


class Auditing:
    """Wraps handlers that change something. Those that are asked many times a second are not wrapped."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._peers = Peers(services.config.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then put on record who asked for what, and how it was answered."""
        handler = scope.get("route_handler")
        if scope["type"] != ScopeType.HTTP or not isinstance(handler, HTTPRouteHandler):
            await self._app(scope, receive, send)
            return
        if not changes(handler, scope["method"]):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        await self._app(scope, receive, answer.send)
        event = self._event(scope, handler, answer)
        if event is not None:
            try:
                await self._services.audit.append(event)
            except Unavailable as error:
                log.warning("audit.not_written", type=event.type, reason=str(error))

    def _event(self, scope: HTTPScope, handler: HTTPRouteHandler, answer: "_Answer") -> AuditEvent | None:
        area, known = area_of(handler), _who(scope)
        if known is None or (known[0].kind == "api_key" and area in _TRAFFIC):
            return None
        actor, workspace_id, environment_id = known
        now, forwarded = self._services.clock.now_ms(), _header(scope, b"x-forwarded-for")
        return AuditEvent(
            id=prefixed_id("aud", now),
            at=now,
            workspace_id=workspace_id,
            environment_id=0 if area in _OF_THE_WORKSPACE else environment_id,
            actor=actor,
            type=f"{area.lower().replace(' ', '-')}:{handler.handler_name}",
            method=scope["method"],
            route=scope["path_template"].replace(":str", "").replace(":int", ""),
            target=(_named(scope["path_params"]) or answer.made)[:_TARGET_CHARACTERS_MAX],
            status=answer.status,
            address=shortened(self._peers.address_of(scope, forwarded)),
        )


class _Answer:
    """Passes an answer on, and notes its status, and the id of what it says was made."""

    def __init__(self, send: Send) -> None:
        self.status = 0
        self.made = ""
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body" and self.status in {200, 201} and not self.made:
            self.made = _id_in(message["body"])
        await self._send(message)


def _who(scope: Scope) -> tuple[Actor, int, int] | None:
    """Tell who asks, and where: known once a guard let them in, or they have signed in."""
    session: Any = scope.get("studio_session")
    grant: Any = scope.get("auth")
    if isinstance(session, StudioSession):
        account = session.account
        actor = Actor("account", account.id) if account else Actor("link", "")
        return actor, session.workspace_id, grant.environment_id if isinstance(grant, ApiKeyGrant) else 0
    if isinstance(grant, ApiKeyGrant):
        return Actor("api_key", grant.key_id), grant.workspace_id, grant.environment_id
    return None


def _named(parameters: Mapping[str, Any]) -> str:
    return "/".join(str(value) for name, value in parameters.items() if name not in _NAMES_OF_USERS)


def _id_in(body: bytes) -> str:
    if not body.startswith(b"{") or len(body) > _ANSWER_BYTES_MAX:
        return ""
    try:
        made = msgspec.json.decode(body, type=_Made)
    except msgspec.DecodeError:  # it names nothing, or not by an id
        return ""
    return str(made.account.id if made.account else made.id)


def _header(scope: HTTPScope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
