"""Who asks, and the environment that is opened: by an API key, a token that one issued, or by Studio's session.

Studio's session is a cookie, which a browser sends along whoever made it ask: another site's form too. So the cookie
alone opens nothing here. It counts together with the header `Tidings-Environment`, which a form cannot send, and which
a script of another site may send only where we let it: our answers never do (they allow no other origin).
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard

from tidings.accounts import StudioSession
from tidings.api.permission import require, require_scope
from tidings.api.services import Services
from tidings.api.studio.session import StudioCookies
from tidings.errors import NotAllowed, NotAuthenticated, NotFound
from tidings.workspaces import ApiKeyGrant, ClientToken, Environment

ENVIRONMENT = "tidings-environment"
"""The header with which Studio names the environment it is about."""

_REFUSAL = (
    "No valid API key: send `Authorization: Bearer <api key>`, or Basic with the key as user name. "
    "`tidings keys create` makes one."
)


_SIGNED_OUT = "You are not signed in to Studio, or no longer. Sign in, or have `tidings studio` print a link."


def api_key_guard(services: Services) -> Guard:
    """Make the guard that lets a request in when its key opens an environment (courier-api.md §0.1).

    Without an `Authorization` header, Studio's session and the header `Tidings-Environment` do, together.
    A function, because Litestar copies whatever else it finds among its guards, deeply.
    """
    cookies = StudioCookies(services)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        authorization = connection.headers.get("authorization")
        grants = services.grants
        for key in presented_keys(authorization or ""):
            if grant := grants.api_key(key):
                connection.scope["auth"] = grant
                return
            if token := read_token(services, key):
                require_scope(token, connection, handler)
                connection.scope["auth"] = grants.of_key(token.key_id)
                return
        name = connection.headers.get(ENVIRONMENT)
        if authorization is None and name is not None:
            session = await cookies.read(connection)
            if session is not None:
                environment = opened(session, name, grants.environments())
                connection.scope["auth"] = session_grant(session, environment)
                require(session.role, connection, handler, live=environment.delivery == "live")
                return
        raise NotAuthenticated(_REFUSAL)

    return guard


def read_token(services: Services, presented: str) -> ClientToken | None:
    """Read a client's token; None when it opens nothing, or its key does not any more."""
    if presented.count(".") != 2:  # a key has no dot
        return None
    token = services.client_tokens.read(presented, now=services.clock.now_ms())
    key = services.grants.of_key(token.key_id) if token else None
    return token if token and key and key.environment_id == token.environment_id else None


def opened(session: StudioSession, environment: str, environments: Sequence[Environment]) -> Environment:
    """Find the environment of the session's workspace that is named. Raises `NotFound`, with the names there are."""
    here = [each for each in environments if each.workspace_id == session.workspace_id]
    for found in here:
        if found.name == environment:
            return found
    names = ", ".join(each.name for each in here)
    raise NotFound(f"there is no environment {environment[:100]!r}; here are {names}")


def session_grant(session: StudioSession, environment: Environment) -> ApiKeyGrant:
    """Give handlers what they are used to: a key of this environment, whose id says who holds it."""
    who = session.account.id if session.account else "studio"
    return ApiKeyGrant(who, b"", environment.workspace_id, environment.id, environment.name)


def session_guard(services: Services) -> Guard:
    """Make the guard that lets in who is signed in to Studio, whatever the environment."""
    cookies = StudioCookies(services)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        if connection.headers.get(ENVIRONMENT) is None or await cookies.read(connection) is None:
            raise NotAuthenticated(_SIGNED_OUT)

    return guard


async def header_guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Let in only who can send our header: no form of another site can, so nobody is signed in by one."""
    if connection.headers.get(ENVIRONMENT) is None:
        raise NotAuthenticated("Send the header `Tidings-Environment`, as Studio does; it may be empty here.")


async def people_guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Keep keys out of what belongs to the whole workspace: a key opens one environment."""
    if "studio_session" not in connection.scope:
        raise NotAllowed(
            "An API key opens one environment, and this belongs to the whole workspace: sign in to Studio, "
            "or use the command line (`tidings accounts`)."
        )


def session_of(request: Request[Any, Any, Any]) -> StudioSession:
    """Give handlers who is signed in."""
    session: StudioSession = request.scope["studio_session"]  # type: ignore[typeddict-item] # a guard was before
    return session


SignedIn = NamedDependency[SkipValidation[StudioSession]]


def owned(environments: Sequence[Environment]) -> Sequence[Environment]:
    """Pick the environments of the first workspace: Studio is its owner's."""
    first = min((each.workspace_id for each in environments), default=0)
    return [each for each in environments if each.workspace_id == first]


def presented_keys(authorization: str) -> list[str]:
    """Read the keys that an `Authorization` header may mean: Bearer, or Basic with the key as user or as password."""
    scheme, _, value = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return [key] if (key := value.strip()) else []
        case "basic":
            try:
                user, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return []
            return [key for key in (user.strip(), password.strip()) if key]
    return []


def grant_of(request: Request[Any, Any, Any]) -> ApiKeyGrant:
    """Give handlers what the key opens."""
    grant: ApiKeyGrant = request.scope["auth"]
    return grant


Grant = NamedDependency[SkipValidation[ApiKeyGrant]]
