"""A template and its versions."""

from typing import Any, Literal

import msgspec

from tidings.templates.settings import TemplateSettings

TemplateState = Literal["DRAFT", "PUBLISHED"]


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A notification template (Courier's V2, Elemental). `created` and `updated` are milliseconds since 1970."""

    environment_id: int
    id: str
    """`nt_` and 26 characters."""
    created: int
    creator: str
    updated: int
    updater: str
    published_version: int | None
    """The number of the version that sends use; None until first published."""
    draft: "TemplateVersion"
    """The latest written content; equals the published version until it is written again."""
    archived: bool = False
    submission_id: str | None = None
    """The open submission, while it is handed in: nobody writes it meanwhile."""
    alias: tuple[str, ...] = ()
    """Event ids mapped to this template (the event maps of its environment)."""

    @property
    def state(self) -> TemplateState:
        """PUBLISHED once a version of it has been published."""
        return "DRAFT" if self.published_version is None else "PUBLISHED"


class TemplateVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a template's content; never changed once it has a number."""

    template_id: str
    tenant_id: str = ""
    """Whose own words these are; empty for the environment's. A tenant numbers its versions by itself."""
    version: int
    """1, 2, … for published versions; 0 for the draft."""
    name: str
    tags: tuple[str, ...] = ()
    brand_id: str | None = None
    topic_id: str | None = None
    routing_strategy_id: str | None = None
    settings: TemplateSettings = TemplateSettings()
    content: dict[str, Any]
    """Elemental: `{"version": "2022-01-01", "elements": [...]}`, validated when it was saved."""
    options: dict[str, Any] = {}
    """A tenant's `routing`, `channels` and `providers`, as a request to send has them."""
    created: int = 0
    creator: str = ""
