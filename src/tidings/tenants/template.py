"""A tenant's own words for a template."""

from typing import Any

import msgspec


class TenantTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """What one tenant says instead of the environment's template of the same id. Times are ms since 1970."""

    environment_id: int
    tenant_id: str
    template_id: str
    created: int
    updated: int
    published: int | None = None
    """When a version of it was published last."""
    published_version: int | None = None
    """The one that is sent; None until first published: then the environment's template is."""
    latest: "TenantTemplateVersion"


class TenantTemplateVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One writing of it; never changed."""

    tenant_id: str
    template_id: str
    version: int
    """1, 2, …"""
    content: dict[str, Any]
    """Elemental, or `{title, body}`; validated when it was saved."""
    options: dict[str, Any] = {}
    """`routing`, `channels` and `providers`, as a request to send has them; the request's own beat them."""
    created: int
    creator: str = ""
