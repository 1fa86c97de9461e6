"""Which role a request needs: its area, and whether it changes anything."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from tidings.accounts import Area, Role, may, who_may
from tidings.errors import NotAllowed

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
