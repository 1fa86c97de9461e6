"""What is on record of a change: who did it, what, to which thing, when, from where. Never what was said."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

import msgspec

ActorKind = Literal["account", "api_key", "link", "identity", "provider"]
"""An account; an API key; whoever came by the one-time link of `tidings studio`; whoever the identity provider sent
and who was not let in; or a provider, telling what somebody answered to a message."""


class Actor(msgspec.Struct, frozen=True):
    """Who did it."""

    kind: ActorKind
    id: str
    """Of the account or the key; empty for the others."""


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One change that somebody asked for."""

    id: str
    """Sorts by time."""
    at: int
    workspace_id: int
    environment_id: int
    """0 for what belongs to no environment."""
    actor: Actor
    type: str
    """What it is called: `notifications:publish`."""
    method: str
    route: str
    """The template of the path: `/notifications/{template_id}/publish`."""
    target: str
    """Which thing; empty where its name would tell of a user."""
    status: int
    """How it was answered."""
    address: str
    """From where, shortened."""
    actor_email: str | None = None
    """Of an account that there still is; read with the event, never kept with it."""


def shortened(address: str) -> str:
    """Write an address without what tells one person from the neighbours: a /24 of IPv4, a /48 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
