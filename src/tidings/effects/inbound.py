"""What one inbound batch does."""

from collections.abc import Sequence

import msgspec

from tidings.data_logs import Entry
from tidings.effects.society import Joining, Link, TenantWrite
from tidings.inbound_events import InboundEvent
from tidings.messages import Message


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """A call's fingerprint: who, and a digest of (source, `messageId`)."""

    environment_id: int
    user_key: str
    digest: bytes
    """16 bytes."""


class ProfileWrite(msgspec.Struct, frozen=True, gc=False):
    """A profile as it is to stand."""

    environment_id: int
    user_key: str
    data: bytes
    """The whole profile as JSON."""
    at: int


class MappedTemplate(msgspec.Struct, frozen=True):
    """What an event sends: the template, and whether it is published and not archived."""

    template_id: str
    sendable: bool


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """All that one inbound batch does. Every id in it derives from its record's place in the stream."""

    seen: Sequence[Sighting] = ()
    profiles: Sequence[ProfileWrite] = ()
    events: Sequence[InboundEvent] = ()
    messages: Sequence[Message] = ()
    """New messages, each also put in the due queue at its `enqueued` time."""
    entries: Sequence[Entry] = ()
    links: Sequence[Link] = ()
    """Of anonymous users that nobody had been linked with when the batch began."""
    tenants: Sequence[TenantWrite] = ()
    joinings: Sequence[Joining] = ()
    dropped: dict[str, int] = msgspec.field(default_factory=dict)
    """How many records left no event, by reason (`duplicate`)."""
