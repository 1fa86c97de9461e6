"""Tenants' own versions of templates."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.tenants import TenantTemplate, TenantTemplateVersion

Key = tuple[int, str, str]
"""An environment, a tenant, a template."""


class TenantTemplateStore(Protocol):
    """Versions are numbered from 1 and never change; the newest hundred are kept, and the published one."""

    async def put(
        self, environment_id: int, version: TenantTemplateVersion, *, publish: bool
    ) -> tuple[TenantTemplate, bool]:
        """Keep the next version, whatever number this one has; say whether it is the first.

        Raises `NotFound` for an unknown tenant, and `TooLarge` when the tenant has too many.
        """
        ...

    async def publish(
        self, environment_id: int, tenant_id: str, template_id: str, *, version: int | None, now: int
    ) -> TenantTemplate:
        """Send this version from now on; None is the latest. Raises `NotFound`."""
        ...

    async def get(self, environment_id: int, tenant_id: str, template_id: str) -> TenantTemplate:
        """Read one. Raises `NotFound`."""
        ...

    async def version(
        self, environment_id: int, tenant_id: str, template_id: str, version: int | None
    ) -> TenantTemplateVersion:
        """Read a version; None is the latest. Raises `NotFound`."""
        ...

    async def page(
        self, environment_id: int, tenant_id: str, *, limit: int, cursor: str | None
    ) -> Page[TenantTemplate]:
        """List a tenant's, by template id."""
        ...

    async def delete(self, environment_id: int, tenant_id: str, template_id: str) -> None:
        """Delete all versions: the environment's template is sent again. Raises `NotFound`."""
        ...

    async def published(self, keys: Sequence[Key]) -> dict[Key, TenantTemplateVersion]:
        """Find what to send. What is not published is left out, and what belongs to an archived template."""
        ...
