"""Topics, and what users chose."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.preferences import Preference, PreferenceLog, PreferencePage, Section, Topic


class PreferenceStore(Protocol):
    """Sections, topics and choices of an environment. A few hundred topics at most, as many choices as users make."""

    async def put_section(self, section: Section, *, create: bool) -> Section:
        """Create, or replace all but when and by whom it was made. Raises `NotFound`, `TooLarge` past 200."""
        ...

    async def sections(self, environment_id: int) -> list[Section]:
        """List sections as they were arranged, else oldest first."""
        ...

    async def arrange_sections(self, environment_id: int, section_ids: Sequence[str]) -> None:
        """Show these first, in this order, and the others after them as they stand. Raises `NotFound`."""
        ...

    async def delete_section(self, environment_id: int, section_id: str) -> None:
        """Delete. Raises `NotFound`, and `Conflict` while it has topics."""
        ...

    async def put_topic(self, topic: Topic, *, create: bool) -> Topic:
        """Create in a section that stands, or replace. Raises `NotFound`, `TooLarge` past 1 000."""
        ...

    async def all_topics(self, environment_id: int) -> list[Topic]:
        """List topics; those of a section as they were arranged, else oldest first."""
        ...

    async def arrange_topics(self, environment_id: int, section_id: str, topic_ids: Sequence[str]) -> None:
        """Show these topics of a section first, and its others after them as they stand. Raises `NotFound`."""
        ...

    async def delete_topic(self, environment_id: int, section_id: str, topic_id: str) -> None:
        """Delete. What users chose stays and still holds. Raises `NotFound`."""
        ...

    async def topics(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Topic]:
        """Read topics by environment and id; the unknown are left out."""
        ...

    async def chosen(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], list[Preference]]:
        """Read what users chose, by environment and user id; who chose nothing is left out."""
        ...

    async def choose(
        self, environment_id: int, user_id: str, *, put: Sequence[Preference], drop: Sequence[tuple[str, str]]
    ) -> None:
        """Keep choices and log them, and forget those of these (topic id, tenant id); together."""
        ...

    async def logs(
        self,
        environment_id: int,
        *,
        user_id: str | None,
        tenant_id: str | None,
        since: int | None,
        limit: int,
        cursor: str | None,
    ) -> Page[PreferenceLog]:
        """List choices as they were made, newest first; `since` (ms) is inclusive.

        Raises `InvalidInput` for a cursor that is none of ours.
        """
        ...

    async def publish(self, page: PreferencePage) -> None:
        """Put the page on which recipients choose in the place of the one before."""
        ...

    async def published(self, environment_id: int) -> PreferencePage | None:
        """Read that page; None while none was published."""
        ...
