"""Who asks, and the environment that is opened: by an API key, or by Studio's session.

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

from tidings.api.services import Services
from tidings.api.studio.session import Session, StudioCookies
from tidings.errors import NotAuthenticated, NotFound
from tidings.workspaces import ApiKeyGrant, Environment

ENVIRONMENT = "tidings-environment"
"""The header with which Studio names the environment it is about."""

_REFUSAL = (
    "No valid API key: send `Authorization: Bearer <api key>`, or Basic with the key as user name. "
    "`tidings keys create` makes one."
)


def api_key_guard(services: Services) -> Guard:
    """Make the guard that lets a request in when its key opens an environment (courier-api.md §0.1).

    Without an `Authorization` header, Studio's session and the header `Tidings-Environment` do, together.
    A function, because Litestar copies whatever else it finds among its guards, deeply.
    """
    cookies = StudioCookies(services.secrets)
    grants = services.grants

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        authorization = connection.headers.get("authorization")
        for key in presented_keys(authorization or ""):
            if grant := grants.api_key(key):
                connection.scope["auth"] = grant
                return
        name = connection.headers.get(ENVIRONMENT)
        if authorization is None and name is not None:
            session = cookies.read(connection, now=services.clock.now_ms())
            if session is not None:
                connection.scope["auth"] = session_grant(session, name, grants.environments())
                return
        raise NotAuthenticated(_REFUSAL)

    return guard


def session_grant(session: Session, environment: str, environments: Sequence[Environment]) -> ApiKeyGrant:  # noqa: ARG001 whoever is signed in is the owner
    """Tell what a session opens: this environment of the first workspace, as a full API key does.

    Raises `NotFound`, with the names there are.
    """
    here = owned(environments)
    for found in here:
        if found.name == environment:
            return ApiKeyGrant("studio", b"", found.workspace_id, found.id, found.name)
    names = ", ".join(each.name for each in here)
    raise NotFound(f"there is no environment {environment[:100]!r}; here are {names}")


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
