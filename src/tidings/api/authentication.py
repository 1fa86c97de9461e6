"""Who asks: the API key of a request, and the environment it opens."""

import base64
import binascii
from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard

from tidings.api.services import Grants
from tidings.errors import NotAuthenticated
from tidings.workspaces import ApiKeyGrant

_REFUSAL = (
    "No valid API key: send `Authorization: Bearer <api key>`, or Basic with the key as user name. "
    "`tidings keys create` makes one."
)


def api_key_guard(grants: Grants) -> Guard:
    """Make the guard that lets a request in when its key opens an environment (courier-api.md §0.1).

    A function, because Litestar copies whatever else it finds among its guards, deeply.
    """

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        for key in presented_keys(connection.headers.get("authorization", "")):
            if grant := grants.api_key(key):
                connection.scope["auth"] = grant
                return
        raise NotAuthenticated(_REFUSAL)

    return guard


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
