"""Which role a request needs: its area, and whether it changes anything."""

from typing import Any, Literal

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from tidings.accounts import Area, Role, may, who_may
from tidings.errors import NotAllowed
from tidings.workspaces import ClientToken

READS = {"reads": True}
"""Option of a handler that changes nothing although it is asked with POST, such as a preview."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def of_area(area: Area) -> dict[str, Any]:
    """Make the option of a controller whose requests are of another area than their tag says."""
    return {"area": area}


def require(
    role: Role, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler, *, live: bool
) -> None:
    """Let a role in that may do this. Raises `NotAllowed`, with the roles that may."""
    area, changing = area_of(handler), changes(handler, str(connection.scope.get("method")))
    if may(role, area, changing=changing, live=live):
        return
    roles = " or ".join(each.words for each in who_may(area, changing=changing, live=live))
    raise NotAllowed(f"This needs the role {roles}; yours is {role.words}.")


def area_of(handler: BaseRouteHandler) -> Area:
    """Tell where a handler belongs; empty is nowhere, which is an administrator's alone."""
    if named := handler.opt.get("area"):
        return str(named)
    tags = handler.resolve_tags() if isinstance(handler, HTTPRouteHandler) else None
    return tags[0] if tags else ""


def changes(handler: BaseRouteHandler, method: str) -> bool:
    """Tell whether a request asks for a change."""
    return method not in _READING and not handler.opt.get("reads")


_TOKENS = "tokens"


def opens_to_tokens(noun: str, *, of: Literal["user_id", "brand_id"]) -> dict[str, Any]:
    """Make the option of a handler that a client's token opens; `of` is the part of the path that says whose."""
    return {_TOKENS: (noun, of)}


def require_scope(
    token: ClientToken, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Let a token in whose scope says so. Raises `NotAllowed`, with the scope that is missing."""
    if _TOKENS not in handler.opt:
        raise NotAllowed("A client's token does not open this: an API key does.")
    noun, named = handler.opt[_TOKENS]
    one = str(connection.path_params.get(named, ""))
    if named == "user_id" and not token.is_for(one):
        raise NotAllowed("This token does not speak for this user: its scope needs `user_id:<id>`.")
    verb = "write" if changes(handler, str(connection.scope.get("method"))) else "read"
    if not token.may(verb, noun, of=one if named == "brand_id" else ""):
        raise NotAllowed(f"This token's scope needs `{verb}:{noun}`.")
