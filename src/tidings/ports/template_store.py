"""Templates and their versions."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.templates import Template, TemplateVersion


class TemplateStore(Protocol):
    """Templates of an environment. Published versions are numbered from 1 and never change."""

    async def create(self, environment_id: int, draft: TemplateVersion, *, aliases: Sequence[str] = ()) -> Template:
        """Keep a new template as a draft under `draft.template_id`, mapped to by these event ids.

        Raises `Conflict` when the id or an alias is taken.
        """
        ...

    async def replace(
        self,
        environment_id: int,
        draft: TemplateVersion,
        *,
        aliases: Sequence[str] | None,
        unchanged_since: int | None = None,
    ) -> Template:
        """Replace the draft; `aliases` None keeps the event maps, else they become exactly these.

        Raises `NotFound` (also when archived), and `Conflict` when it is handed in, when an alias maps elsewhere, or
        when `unchanged_since` is given and is not its `updated` any more.
        """
        ...

    async def publish(
        self, environment_id: int, template_id: str, *, version: int | None, by: str, now: int
    ) -> Template:
        """Make the draft the next version and publish it, or publish an old version again (roll back).

        Raises `NotFound` for an unknown or archived template or version, and `Conflict` when checks are to be passed or
        it is handed in.
        """
        ...

    async def archive(self, environment_id: int, template_id: str, *, now: int) -> None:
        """Take it out of use: it sends no more, and stays readable. Raises `NotFound`."""
        ...

    async def get(self, environment_id: int, template_id: str) -> Template:
        """Read one, archived or not. Raises `NotFound`."""
        ...

    async def version(self, environment_id: int, template_id: str, version: int) -> TemplateVersion:
        """Read a version; 0 is the draft. Raises `NotFound`."""
        ...

    async def versions(
        self, environment_id: int, template_id: str, *, limit: int, cursor: str | None
    ) -> Page[TemplateVersion]:
        """List published versions, newest first."""
        ...

    async def page(
        self,
        environment_id: int,
        *,
        limit: int,
        cursor: str | None,
        event_id: str | None = None,
        strategy_id: str | None = None,
    ) -> Page[Template]:
        """List templates that are not archived, newest first; those that an event sends, or that name a strategy."""
        ...

    async def published(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], TemplateVersion]:
        """Find what to send, by environment and template id, else event id.

        The unknown, the unpublished and the archived are left out.
        """
        ...

    async def exists(self, environment_id: int, key: str) -> bool:
        """Tell whether a template id or a mapped event of that name exists, published or not."""
        ...
