"""What users chose, when, and what they had chosen before."""

import msgspec

from tidings.preferences.wishes import Choice


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """One choice."""

    status: Choice
    channels: tuple[str, ...] | None = None
    """The only channels wanted; None for any."""


class PreferenceLog(msgspec.Struct, frozen=True, kw_only=True):
    """A choice as it was made. Times are milliseconds since 1970."""

    environment_id: int
    id: str
    """Sorts by time."""
    user_id: str
    topic_id: str
    tenant_id: str = ""
    at: int
    chosen: Chosen
    previous: Chosen | None = None
    """None when it was the first."""


class PreferencePage(msgspec.Struct, frozen=True, kw_only=True):
    """The page on which recipients choose, as it was published."""

    environment_id: int
    id: str = ""
    brand_id: str = "default"
    """`default`, `none`, or a brand's id."""
    heading: str = ""
    description: str = ""
    published_at: int = 0
    published_by: str = ""
