"""Sources: where Segment calls come from, with their write keys and settings."""

from typing import Annotated

import msgspec

_Path = Annotated[str, msgspec.Meta(pattern=r"^(context|properties|traits)(\.[^.\x00-\x1f]+)+$", max_length=512)]


class SourceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a source's calls are treated. What is unset follows the installation."""

    historical_after_hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 366)] | None = None
    """Tracks older than this, at arrival, start no notification; None is the installation's own setting."""
    strip_ip: bool = False
    """Take `context.ip` out of every call before anything is done with it."""
    blocked_properties: Annotated[tuple[_Path, ...], msgspec.Meta(max_length=100)] = ()
    """Dotted paths to take out likewise, such as `traits.ssn` and `properties.card.number`."""

    @property
    def redacted(self) -> tuple[str, ...]:
        """All paths that are taken out."""
        return (*(("context.ip",) if self.strip_ip else ()), *self.blocked_properties)


class Source(msgspec.Struct, frozen=True):
    """An app, a site, a server that sends calls."""

    id: int
    environment_id: int
    name: str
    enabled: bool
    write_key_hint: str
    """Of the newest write key that opens it; empty when none does."""
    settings: SourceSettings = SourceSettings()
    created: int = 0
    enforce_oauth: bool = False
    """A write key opens nothing without an access token beside it."""


class WriteKey(msgspec.Struct, frozen=True):
    """A write key of a source, as it may be listed."""

    id: str
    source_id: int
    hint: str
    created: int
    revoked: int | None = None


class Refused(msgspec.Struct, frozen=True):
    """Requests that no source took, for one reason: nobody knows whose they were, so they are counted and not kept."""

    reason: str
    count: int
    last_at: int


class SourceChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change about a source; None leaves it."""

    name: str | None = None
    enabled: bool | None = None
    enforce_oauth: bool | None = None
    settings: SourceSettings | None = None
