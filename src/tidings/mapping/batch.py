"""What one batch of records does: the decisions of the inbound step, in one place."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, assert_never

import msgspec

from tidings.data_logs import Entry
from tidings.effects import Arrangement, Effects, Engine, MappedTemplate, ProfileWrite, Sighting, Society
from tidings.event_maps import segment_event_id
from tidings.filters import COURIER, allows, is_odd
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ledger import DUPLICATE, MINUTE_MS, REQUESTED, hourly, of_calls, summed
from tidings.mapping.arrival import HOUR_MS, Arrival, Rules
from tidings.mapping.expanding import expansion_of_send
from tidings.mapping.message import message_of_send, message_of_track
from tidings.mapping.parts import Parts, chain_behind, parts, read, read_object, traits_of
from tidings.mapping.people import People, filled
from tidings.mapping.sightings import sighting
from tidings.messages import Message, circle
from tidings.profiles import merge
from tidings.recipients import Expansion, is_many
from tidings.records import stamps_of, user_key, without
from tidings.workspaces import SourceSettings

Key = tuple[int, str]


class Applied(msgspec.Struct, frozen=True):
    """The effects of a batch, and what went wrong with single records on the way (they are recorded as discarded)."""

    effects: Effects
    faults: tuple[Exception, ...]


def apply(
    arrivals: Iterable[Arrival],
    *,
    seen: AbstractSet[Sighting],
    profiles: Mapping[Key, bytes],
    event_maps: Mapping[Key, MappedTemplate],
    rules: Rules,
    sent: AbstractSet[Key] = frozenset(),
    arrangements: Mapping[int, Arrangement] | None = None,
    society: Society | None = None,
    suppressed: AbstractSet[Key] = frozenset(),
    written: Mapping[Key, int] | None = None,
) -> Applied:
    """Decide what a batch does, in the order of its records. A record that breaks this is discarded alone.

    `sent` are the requests to send, by environment and id, that were taken before; `suppressed` users whose calls
    are refused. `written` is given in a replay: when each profile was last written (ms). An identify from before that
    fills in what the profile lacks, and replaces nothing.
    """
    batch = _Batch(
        seen, profiles, event_maps, rules, sent, arrangements or {}, society or Society(), suppressed, written
    )
    faults: list[Exception] = []
    for arrival in arrivals:
        try:
            batch.take(arrival)
        except Exception as fault:  # noqa: BLE001 one bad record never loses its batch; the caller logs it
            faults.append(fault)
            batch.record(arrival, EventStatus.DISCARDED, "internal", f"tidings failed on it: {type(fault).__name__}")
    return Applied(batch.effects(), tuple(faults))


class _Batch:
    """The effects so far. Profiles are merged in the order of the calls and written once."""

    def __init__(  # noqa: PLR0917 as `apply` names them
        self,
        seen: AbstractSet[Sighting],
        profiles: Mapping[Key, bytes],
        event_maps: Mapping[Key, MappedTemplate],
        rules: Rules,
        sent: AbstractSet[Key],
        arrangements: Mapping[int, Arrangement],
        society: Society,
        suppressed: AbstractSet[Key],
        written: Mapping[Key, int] | None,
    ) -> None:
        self._seen = seen
        self._sent = set(sent)
        self._stored = profiles
        self._event_maps = event_maps
        self._rules = rules
        self._arrangements = arrangements
        self._passed_over: list[tuple[int, int]] = []
        self._people = People(society, is_replay=written is not None)
        self._suppressed = suppressed
        self._written = written or {}
        self._new: dict[Sighting, None] = {}
        self._merged: dict[Key, tuple[bytes, int]] = {}
        self._events: list[InboundEvent] = []
        self._messages: list[Message] = []
        self._entries: list[Entry] = []
        self._expansions: list[Expansion] = []
        self._came = b""  # the call in hand as it came: filters must not take the mark against circles out
        self._counts: list[tuple[int, int, str, str, int]] = []

    def effects(self) -> Effects:
        """Gather what the batch does."""
        minutes = summed(self._counts, each_ms=MINUTE_MS)
        return Effects(
            seen=list(self._new),
            profiles=[ProfileWrite(env, user, data, at) for (env, user), (data, at) in self._merged.items()],
            events=self._events,
            messages=self._messages,
            entries=self._entries,
            expansions=self._expansions,
            passed_over=self._passed_over,
            tallies=hourly(minutes),
            activity=of_calls(minutes),
            links=self._people.links,
            tenants=self._people.tenants,
            joinings=self._people.joinings,
        )

    def take(self, arrival: Arrival) -> None:
        """Decide one record."""
        record = arrival.record
        if record.discarded:
            if record.discarded == "duplicate":
                self._repeat(arrival)
            else:
                self.record(arrival, EventStatus.DISCARDED, record.discarded, record.detail)
            return
        mark = sighting(arrival)
        if mark in self._seen or mark in self._new:
            self._repeat(arrival)
            return
        self._came = record.body
        if self._suppressed and (arrival.environment_id, record.user_key) in self._suppressed and record.type != "send":
            self._refuse(arrival)
            return
        if redacted := self._settings(arrival).redacted:
            arrival = msgspec.structs.replace(arrival, record=without(record, redacted))
        self._decide(arrival)
        self._new[mark] = None

    def record(self, arrival: Arrival, status: EventStatus, reason: str = "", detail: str = "") -> None:
        """Write the call into the log."""
        record = arrival.record
        self._count(arrival, status, reason)
        self._events.append(
            InboundEvent(
                environment_id=arrival.environment_id,
                user_key=record.user_key,
                received_at=record.received_at,
                position=arrival.position,
                source_id=arrival.source_id,
                type=record.type,
                name=record.name,
                message_id=record.message_id,
                timestamp=record.timestamp,
                status=status,
                reason=reason,
                detail=detail,
                warnings=record.warnings,
                body=record.body,
            )
        )

    def _count(self, arrival: Arrival, word: str, reason: str = "") -> None:
        self._counts.append((arrival.environment_id, arrival.record.received_at, word, reason, 1))

    def _repeat(self, arrival: Arrival) -> None:
        self._passed_over.append((arrival.environment_id, arrival.position))
        self._count(arrival, DUPLICATE)

    def _refuse(self, arrival: Arrival) -> None:
        """Keep of a suppressed user's call that it came, and nothing that is theirs; no follower sees it."""
        record = arrival.record
        nobody = msgspec.structs.replace(
            record, user_id=None, anonymous_id=None, message_id="", warnings=(), body=b"{}"
        )
        self._passed_over.append((arrival.environment_id, arrival.position))
        arrival = msgspec.structs.replace(arrival, record=nobody)
        self.record(arrival, EventStatus.DISCARDED, "user_suppressed", "its user asked that nothing be kept")

    def _decide(self, arrival: Arrival) -> None:
        record = arrival.record
        if record.type == "send":
            self._send(arrival)
            return
        arrangement = self._arrangements.get(arrival.environment_id)
        if arrangement is not None and not self._is_connected(arrival, arrangement.engine):
            return
        call = parts(record.body)
        if bytes(call.integrations) not in _NO_INTEGRATIONS:
            integrations = read(call.integrations)
            if is_odd(integrations, COURIER):
                arrival = _warned(arrival, _ODD_INTEGRATION)
            if not allows(integrations, COURIER):
                self.record(arrival, EventStatus.FILTERED, "FILTERED_BY_INTEGRATIONS_OBJECT")
                return
        if arrangement is None or arrangement.engine.gate.is_open:
            self._act(arrival, call)
        elif (body := self._admitted(arrival, arrangement.engine)) is not None:
            self._act(arrival, parts(body))

    def _act(self, arrival: Arrival, call: Parts) -> None:
        record = arrival.record
        match record.type:
            case "track":
                self._track(arrival, call)
            case "identify":
                self._identify(arrival, call)
            case "group":
                self._group(arrival, call)
            case "alias":
                self._alias(arrival)
            case "page" | "screen" | "unknown" | "send":  # sends were taken before
                self.record(
                    arrival, EventStatus.FILTERED, "UNSUPPORTED_EVENT_TYPE", "notifications start from track calls"
                )
            case _:
                assert_never(record.type)

    def _send(self, arrival: Arrival) -> None:
        key = (arrival.environment_id, arrival.record.message_id)
        if key in self._sent:  # the same idempotency key, for somebody else or after the window: the first one stands
            self._count(arrival, DUPLICATE)
            return
        body = msgspec.json.decode(arrival.record.body)
        if is_many(to := body.get("to") or {}):
            self._expansions.append(expansion_of_send(arrival, to))
        else:
            self._enqueue(*message_of_send(arrival, body))
        self._sent.add(key)
        self._count(arrival, REQUESTED)

    def _is_connected(self, arrival: Arrival, engine: Engine) -> bool:
        """Tell whether our engine takes this source's calls at all; if not, the log says why."""
        if not engine.enabled:
            self.record(arrival, EventStatus.FILTERED, "DESTINATION_DISABLED", "the Courier destination is disabled")
            return False
        if engine.sources is not None and arrival.source_id not in engine.sources:
            detail = "the Courier destination takes other sources"
            self.record(arrival, EventStatus.FILTERED, "SOURCE_NOT_CONNECTED", detail)
            return False
        return True

    def _admitted(self, arrival: Arrival, engine: Engine) -> bytes | None:
        """Give the call as the filters let it through; None when they do not, which is then in the log."""
        verdict = engine.gate.judge(arrival.record.body, stamps_of(arrival.record), arrival.source_id)
        if verdict.passes:
            return verdict.body
        detail = f"filter {verdict.title!r} ({verdict.filter_id}): {verdict.why}"
        self.record(arrival, EventStatus.FILTERED, "FILTERED_BY_RULES", detail)
        return None

    def _identify(self, arrival: Arrival, call: Parts) -> None:
        record = arrival.record
        if not record.user_key:
            self.record(arrival, EventStatus.FILTERED, "blocked_id", "such an id names nobody: no profile was made")
            return
        key = (arrival.environment_id, record.user_key)
        traits = traits_of(call)
        if not self._fits(self._joined(key, traits, record.received_at), key, record.received_at):
            limit = self._rules.profile_bytes_max
            detail = f"the profile would pass its limit of {limit} bytes"
            self.record(arrival, EventStatus.FILTERED, "profile_too_large", detail)
        elif self._is_joined(arrival, record.anonymous_id):
            self._follow(arrival, traits)
            self.record(arrival, EventStatus.APPLIED)
        else:
            detail = "its anonymousId belongs to another user: nothing was joined"
            self.record(arrival, EventStatus.APPLIED, "anonymous_id_taken", detail)

    def _alias(self, arrival: Arrival) -> None:
        record = arrival.record
        known = (arrival.environment_id, user_key(record.previous_id, None))
        if record.user_id is None or record.previous_id is None:
            self.record(arrival, EventStatus.FILTERED, "blocked_id", "such an id names nobody")
        elif record.user_id == record.previous_id:
            self.record(arrival, EventStatus.FILTERED, "alias_of_itself", "both ids are the same")
        elif self._profile(known) is not None:
            self.record(arrival, EventStatus.FILTERED, "two_known_users", "two known users never become one")
        elif self._is_joined(arrival, record.previous_id):
            self.record(arrival, EventStatus.APPLIED)
        else:
            self.record(arrival, EventStatus.FILTERED, "anonymous_id_taken", "its previousId belongs to another user")

    def _group(self, arrival: Arrival, call: Parts) -> None:
        if not arrival.record.user_key or arrival.record.group_id is None:
            self.record(arrival, EventStatus.FILTERED, "blocked_id", "such an id names nobody")
            return
        tenant = self._people.group(arrival, read_object(call.traits))
        if len(msgspec.json.encode(tenant.properties)) > self._rules.profile_bytes_max:
            detail = f"the tenant would pass its limit of {self._rules.profile_bytes_max} bytes"
            self.record(arrival, EventStatus.FILTERED, "tenant_too_large", detail)
            return
        self._people.keep(arrival, tenant)
        self.record(arrival, EventStatus.APPLIED)

    def _is_joined(self, arrival: Arrival, anonymous_id: str | None) -> bool:
        """Join an anonymous user to the call's; False when it is another's. The first time, its profile flows over."""
        anonymous = (arrival.environment_id, user_key(None, anonymous_id))
        is_new = self._people.owner(anonymous) is None
        owner = self._people.link(arrival, anonymous_id)
        if owner is None:
            return True
        if owner == arrival.record.user_key and is_new and (known := self._profile(anonymous)):
            self._fill((arrival.environment_id, owner), msgspec.json.decode(known), arrival.record.received_at)
        return owner == arrival.record.user_key

    def _follow(self, arrival: Arrival, traits: dict[str, Any]) -> None:
        """Let what is said of an anonymous user reach the known one it turned out to be."""
        if arrival.record.user_id is None:
            owner = self._people.owner((arrival.environment_id, arrival.record.user_key))
            if owner is not None:
                self._fill((arrival.environment_id, owner), traits, arrival.record.received_at)

    def _profile(self, key: Key) -> bytes | None:
        merged = self._merged.get(key)
        return merged[0] if merged else self._stored.get(key)

    def _joined(self, key: Key, traits: dict[str, Any], at: int) -> dict[str, Any]:
        stored = self._profile(key)
        if not stored:
            return traits
        profile = msgspec.json.decode(stored)
        is_old = self._written and at < self._written.get(key, 0)
        return merge(traits, profile) if is_old else merge(profile, traits)

    def _fits(self, profile: dict[str, Any], key: Key, at: int) -> bool:
        """Let a profile stand so, unless it passes its limit."""
        data = msgspec.json.encode(profile)
        if len(data) > self._rules.profile_bytes_max:
            return False
        self._merged[key] = (data, max(at, self._written.get(key, 0)) if self._written else at)
        return True

    def _fill(self, key: Key, traits: dict[str, Any], at: int) -> None:
        """Fill in what a profile lacks, as far as it fits."""
        data = filled(self._profile(key), traits)
        if len(data) <= self._rules.profile_bytes_max:
            self._merged[key] = (data, max(at, self._written.get(key, 0)) if self._written else at)

    def _track(self, arrival: Arrival, call: Parts) -> None:
        record = arrival.record
        event_id = segment_event_id(record.name or "")
        template = self._event_maps.get((arrival.environment_id, event_id))
        if template is None:
            self.record(arrival, EventStatus.UNMAPPED)
        elif not template.sendable:
            self.record(
                arrival, EventStatus.UNMAPPED, "UNPUBLISHED", f"template {template.template_id} is not published"
            )
        elif record.historical or record.received_at - record.timestamp > self._historical_after_ms(arrival):
            self.record(arrival, EventStatus.FILTERED, "HISTORICAL", "history starts no notification")
        elif not record.user_key:
            self.record(arrival, EventStatus.FILTERED, "blocked_id", "such an id names nobody")
        elif why := circle(chain := chain_behind(self._came), template.template_id):
            self.record(arrival, EventStatus.FILTERED, "LOOP", why)
        else:
            properties = read_object(call.properties)
            message, entries = message_of_track(arrival, template.template_id, properties, chain=chain)
            self._enqueue(message, entries)
            self.record(arrival, EventStatus.MAPPED)

    def _settings(self, arrival: Arrival) -> SourceSettings:
        arrangement = self._arrangements.get(arrival.environment_id)
        return _DEFAULTS if arrangement is None else arrangement.sources.get(arrival.source_id, _DEFAULTS)

    def _historical_after_ms(self, arrival: Arrival) -> int:
        hours = self._settings(arrival).historical_after_hours
        return self._rules.historical_after_ms if hours is None else hours * HOUR_MS

    def _enqueue(self, message: Message, entries: list[Entry]) -> None:
        self._messages.append(message)
        self._entries.extend(entries)


def _warned(arrival: Arrival, warning: str) -> Arrival:
    record = msgspec.structs.replace(arrival.record, warnings=(*arrival.record.warnings, warning))
    return msgspec.structs.replace(arrival, record=record)


_ODD_INTEGRATION = "integration_not_boolean"
_NO_INTEGRATIONS = frozenset({b"", b"{}", b"null"})
_DEFAULTS = SourceSettings()
