"""What there is to want: sections, their topics, and what users chose."""

from typing import Any, Literal

import msgspec

from tidings.preferences.digest import Digest
from tidings.preferences.wishes import Choice

Allowed = Literal["snooze", "channel_preferences"]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Topics that are shown together. Times are milliseconds since 1970."""

    environment_id: int
    id: str
    name: str
    description: str | None = None
    routing_options: tuple[str, ...] = ()
    """Channels that a user may choose among."""
    has_custom_routing: bool = False
    position: int = 0
    """Lower ones are shown first, then the oldest; 0 until somebody arranges them."""
    created: int
    creator: str = ""
    updated: int
    updater: str = ""


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a user may want or not: templates belong to a topic, or to none."""

    environment_id: int
    id: str
    section_id: str
    name: str
    description: str | None = None
    default_status: Choice
    """What holds until a user chooses; `REQUIRED` holds whatever a user chooses."""
    allowed_preferences: tuple[Allowed, ...] = ()
    routing_options: tuple[str, ...] = ()
    include_unsubscribe_header: bool = False
    topic_data: dict[str, Any] = msgspec.field(default_factory=dict)
    digest: Digest | None = None
    """How its messages are gathered; None for not at all."""
    position: int = 0
    """Within its section, as sections have it."""
    created: int
    creator: str = ""
    updated: int
    updater: str = ""


class Preference(msgspec.Struct, frozen=True, kw_only=True):
    """What a user chose of one topic."""

    topic_id: str
    status: Choice
    channels: tuple[str, ...] | None = None
    """The only channels wanted; None for any."""
    tenant_id: str = ""
    """Where it holds; empty for everywhere."""
    updated: int = 0
    digest_schedule_id: str | None = None
    """By which schedule its digest goes; empty for the topic's default, None for as it was."""
