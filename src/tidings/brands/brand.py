"""A brand."""

from typing import Any

import msgspec


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a template that templates call by its name: `{{> name}}`."""

    name: str
    value: str
    format: str = "handlebars"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a brand may become: no message looks like it before it is published."""

    name: str
    settings: dict[str, Any] = {}
    snippets: tuple[Snippet, ...] = ()
    updated: int


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """A brand as it was published. Times are milliseconds since 1970; writes publish at once, as Courier's do."""

    environment_id: int
    id: str
    name: str
    created: int
    updated: int
    published: int
    settings: dict[str, Any] = {}
    """Checked when it was saved; what we do not know of it is kept as it is."""
    snippets: tuple[Snippet, ...] = ()
    is_default: bool = False
    """Looks after every message that has no other brand."""
    draft: Draft | None = None
    """None while nothing waits to be published."""

    @property
    def key(self) -> tuple[int, str, int]:
        """Name this writing of it for good."""
        return (self.environment_id, self.id, self.updated)

    def drafted(self) -> "Brand":
        """Show it as its draft would have it; itself without one."""
        if (draft := self.draft) is None:
            return self
        changed = {"name": draft.name, "settings": draft.settings, "snippets": draft.snippets, "updated": draft.updated}
        return msgspec.structs.replace(self, **changed, draft=None)

    def variables(self) -> dict[str, Any]:
        """Lay it out as templates see it: `brand.colors.primary`, `brand.email.header.logo.href` …."""
        email = self.settings.get("email")
        email = email if isinstance(email, dict) else {}
        footer = email.get("footer")
        social = footer.get("social") if isinstance(footer, dict) else None
        return {**self.settings, "id": self.id, "name": self.name, "social": social or {}}
