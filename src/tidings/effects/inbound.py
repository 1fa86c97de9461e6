"""What one inbound batch does."""

from collections.abc import Sequence

import msgspec

from tidings.data_logs import Entry
from tidings.effects.society import Joining, Link, TenantWrite
from tidings.filters import Gate
from tidings.inbound_events import InboundEvent
from tidings.ledger import Activity, Tally
from tidings.messages import Message
from tidings.recipients import Expansion
from tidings.workspaces import SourceSettings


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


class Engine(msgspec.Struct, frozen=True):
    """The built-in destination, as the inbound step asks it."""

    enabled: bool
    sources: frozenset[int] | None
    """The sources whose calls it gets; None: every source's."""
    gate: Gate


class Arrangement(msgspec.Struct, frozen=True):
    """How an environment wants its calls to be treated."""

    engine: Engine
    sources: dict[int, SourceSettings]
    """By source, where it differs from the default."""
    suppresses: bool = False
    """There are users whose calls are refused: who they are has to be asked."""
    has_audiences: bool = False
    """Whose profile or tenants change has to be held against them: storage queues who it is."""


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """All that one inbound batch does. Every id in it derives from its record's place in the stream."""

    seen: Sequence[Sighting] = ()
    profiles: Sequence[ProfileWrite] = ()
    events: Sequence[InboundEvent] = ()
    messages: Sequence[Message] = ()
    """New messages, each also put in the due queue at its `enqueued` time."""
    entries: Sequence[Entry] = ()
    expansions: Sequence[Expansion] = ()
    """Requests to many, to become messages slice by slice."""
    passed_over: Sequence[tuple[int, int]] = ()
    """Environment and position of what no follower is to see: it had been applied before."""
    tallies: Sequence[Tally] = ()
    """What became of the records, counted for the ledger, and what was read (`ACCEPTED`), counted apart."""
    activity: Sequence[Activity] = ()
    """What became of the records, by the minute."""
    links: Sequence[Link] = ()
    """Of anonymous users that nobody had been linked with when the batch began."""
    tenants: Sequence[TenantWrite] = ()
    joinings: Sequence[Joining] = ()
