"""From a claim to what a provider is handed, or to the reason why not. Asks the rooms; no I/O."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available, Dispatch, Way
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Claim, Settlement
from tidings.elemental import channels_of
from tidings.gates import Terms
from tidings.links import Links
from tidings.messages import Attempt, Message, Outcome, Output, Reason, Status, Undeliverable, Unknown
from tidings.pipeline.escalating import passed_by
from tidings.pipeline.flight import Flight
from tidings.pipeline.speaking import SILENT, Voice, branded, check_open, manner_of, unwanted, variables_of
from tidings.pipeline.tracing import marks_of
from tidings.profiles import Profile
from tidings.rendering import NothingToSay, Rendered, Renderer, RenderError, Variables, overridden
from tidings.routing import (
    Awaiting,
    Branch,
    Open,
    Patience,
    Route,
    Stuck,
    Unroutable,
    plan,
    progress,
    provider_override,
    shown,
)
from tidings.routing_strategies import RoutingStrategy
from tidings.sending import UNKNOWN, closing, out_of_time
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """One way of a message, ready to be tried."""

    flight: Flight
    start: AttemptStart
    way: Way
    dispatch: Dispatch | None
    fault: Undeliverable | None = None
    """Why there is nothing to hand over: the content cannot be rendered for this way."""
    version: TemplateVersion | None = None
    """What was rendered; None for content that the request brought."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision about one message rests on."""

    environment: Environment
    version: TemplateVersion | None
    template_exists: bool
    profile: Profile | None
    available: Sequence[Available]
    admit: Callable[[Way], float]
    """Takes a place for one attempt, or says after how many seconds to ask again."""
    forgo: Callable[[Way], None]
    """Gives a place back."""
    voice: Voice = SILENT
    terms: Terms = Terms()
    strategy: RoutingStrategy | None = None
    """The routing strategy in force; the message holds what it says."""
    lost_strategy: str = ""
    """One that is named and not there."""
    landed: Callable[[Attempt], Outcome | None] = lambda _: None
    """Tells what an attempt came to that was left open, where that was noted."""


class Words(msgspec.Struct, frozen=True):
    """What is to be said, what it may name, and the lines that tell of it."""

    content: dict[str, Any]
    variables: Variables
    before: list[Entry]
    """The lines that stand before those of the attempts."""


class Preparer:
    """Decides what becomes of a claimed message."""

    def __init__(self, *, renderer: Renderer, links: Links) -> None:
        self._renderer = renderer
        self._links = links

    def prepare(  # noqa: PLR0911 (one end per reason)
        self, claim: Claim, facts: Facts, *, now: int
    ) -> list[Prepared] | list[Settlement]:
        """Choose the ways to try now and render for each; or say, as the message's end, why nothing can be sent.

        Attempts that a worker left in the middle are settled first: nobody knows what came of them.
        """
        message = claim.message
        if facts.version is None and message.content is None:
            return _left_open(claim, facts, now) or [_without_template(claim, facts, now)]
        content = message.content if message.content is not None else _content(facts.version)
        stored = facts.profile.data if facts.profile else {}
        merged = facts.voice.lineage.profile(stored, message.to)
        route = plan(
            message=message,
            channels=channels_of(content),
            profile=_reachable(message, merged),
            available=facts.available,
            lost_strategy=facts.lost_strategy,
        )
        loaded = _entry(
            claim,
            10,
            "PROFILE_LOADED",
            now,
            {"received_profile": message.to, "stored_profile": stored, "merged_profile": merged, **_strategy(facts)},
        )
        if isinstance(route, Unroutable):
            end = _end(claim, now, route.status, route.reason, route.detail)
            return _left_open(claim, facts, now) or [msgspec.structs.replace(end, entries=[loaded, *end.entries])]
        if left := _left_open(claim, facts, now, route):
            return left
        variables = variables_of(message, merged, facts.voice, _builtins(claim, facts), now=now)
        if (why := unwanted(facts.version, variables)) is not None:
            return [_kept_back(claim, now, loaded, why)]
        state = _state(route, claim, facts, now)
        if isinstance(state, Settlement):
            return [state]
        ways = state.now or state.later[:1]
        waits = {way: facts.admit(way) for way in ways}
        ways = tuple(way for way, wait_s in waits.items() if not wait_s)
        if not ways:
            first = min(waits, key=waits.__getitem__)
            return [_postponed(claim, now, waits[first], lane=first.lane)]
        try:
            told = passed_by(claim, state, ways, now=now)
            return self._prepared(claim, facts, route, ways, Words(content, variables, [loaded, *told]), now=now)
        except BaseException:
            for way in ways:
                facts.forgo(way)
            raise

    def _prepared(
        self, claim: Claim, facts: Facts, route: Route, ways: Sequence[Way], words: "Words", *, now: int
    ) -> list[Prepared] | list[Settlement]:
        said = [self._said(claim, facts, words, way) for way in ways]
        if not claim.attempts and len(ways) == len(route.ways) and (why := _all_silent(said)) is not None:
            for way in ways:
                facts.forgo(way)
            return [_kept_back(claim, now, words.before[0], why)]
        started = [_attempt(claim, way, number, now) for number, way in enumerate(ways, len(claim.attempts) + 1)]
        flight = Flight(claim=claim, route=route, started=started, simulated=_is_simulated(facts))
        return [
            _prepared(flight, way, attempt, rendered, words.before)
            for way, attempt, rendered in zip(ways, started, said, strict=True)
        ]

    def again(self, claim: Claim, facts: Facts, way: Way, profile: Mapping[str, Any], *, now: int) -> Dispatch:
        """Write what was handed over on a way, once more, for somebody to look at. Raises `RenderError`."""
        message = claim.message
        content = message.content if message.content is not None else _content(facts.version)
        variables = variables_of(message, dict(profile), facts.voice, _builtins(claim, facts), now=now)
        said = self._said(claim, facts, Words(content, variables, []), way)
        if isinstance(said, RenderError):
            raise said
        return _dispatch(message, way, said)

    def _said(self, claim: Claim, facts: Facts, words: "Words", way: Way) -> Rendered | RenderError:
        try:
            check_open(claim.message, way.channel, way.provider, words.variables)
            marks = marks_of(claim.message, way, facts.terms, self._links, tells=not _is_simulated(facts))
            said = self._renderer.render(
                way.channel,
                words.content,
                cache_key=_cache_key(claim, facts.version),
                variables=branded(words.variables, facts.voice, way.channel, marks.names),
                recipient=shown(way.address),
                provider=way.provider,
                manner=manner_of(
                    claim.message,
                    facts.version,
                    facts.voice,
                    way.channel,
                    tracks=marks.tracks,
                    unsubscribe_url=marks.unsubscribe_url,
                ),
            )
            return msgspec.structs.replace(said, content=marks.onto(said.content)) if marks.tracking_url else said
        except RenderError as error:
            return error


def _all_silent(said: Sequence[Rendered | RenderError]) -> str | None:
    """Say why nothing is said at all; None when something is, or went wrong."""
    silent = [str(each) for each in said if isinstance(each, NothingToSay)]
    return silent[0] if silent and len(silent) == len(said) else None


def _state(route: Route, claim: Claim, facts: Facts, now: int) -> Open | Settlement:
    """Say what may be tried; or put the message back, or end it, when that is nothing."""
    parked = {(one.provider, one.config_id) for one in facts.available if one.parked}
    message = claim.message
    match progress(route, claim.attempts, now=now, options=message.options, parked=parked, heard=message):
        case Open() as state:
            return _late(claim, now) or state
        case Awaiting(until=until):
            return _postponed(claim, now, (until - now) / 1000)
        case Stuck(is_unknown=True, detail=detail):
            end = _end(claim, now, Status.UNDELIVERABLE, Reason.FAILED, f"{UNKNOWN} ({detail})")
            return msgspec.structs.replace(end, outcome_unknown=True)
        case Stuck(reason=reason, detail=detail):
            return _end(claim, now, Status.UNDELIVERABLE, reason, detail)
        case _:  # all was sent, and whoever sent it died before that was settled; or news came of it
            return _end(claim, now, Status.SIMULATED if _is_simulated(facts) else Status.SENT, None, "")


def _late(claim: Claim, now: int) -> Settlement | None:
    """End a message that has no time left to ask anybody."""
    if not claim.attempts:
        return None
    budget_ms = Patience(claim.message.options).message_ms
    if now - claim.attempts[0].started <= budget_ms:
        return None
    return _end(claim, now, Status.UNDELIVERABLE, Reason.PROVIDER_ERROR, out_of_time(budget_ms))


def _postponed(claim: Claim, now: int, wait_s: float, *, lane: str = "") -> Settlement:
    """Put a message back that finds no place in a lane: nothing of it was tried, so nothing of it is told."""
    return Settlement(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        status=claim.message.status,
        at=now,
        due_at=now + max(int(wait_s * 1000), 1),
        lane=lane,
    )


def _left_open(claim: Claim, facts: Facts, now: int, route: Route | None = None) -> list[Settlement]:
    """Settle the attempts that a worker which died left in the middle: as they came out, where that was noted."""
    left = [attempt for attempt in claim.attempts if attempt.outcome is None]
    if not left:
        return []
    ways = {way.key: way for way in route.ways} if route else {}
    repeatable_s = {(one.provider, one.config_id): one.repeatable_s for one in facts.available}
    flight = Flight(claim=claim, route=route or Route(Branch("single", ())), started=(), simulated=_is_simulated(facts))
    settled = []
    for attempt in left:
        place = (attempt.provider, attempt.config_id)
        outcome = facts.landed(attempt)
        if outcome is None:
            outcome = Unknown("the worker was cut off in the middle of the attempt", repeatable_s.get(place, 0))
        settlement = flight.land(attempt, outcome, now=now, jitter=0.5)
        settled.append(closing(settlement, ways[attempt.way], outcome) if attempt.way in ways else settlement)
    return settled


def _strategy(facts: Facts) -> dict[str, Any]:
    return {"routing_strategy": facts.strategy.on_record} if facts.strategy else {}


def _is_simulated(facts: Facts) -> bool:
    return facts.environment.delivery == "simulated"


def _reachable(message: Message, merged: dict[str, Any]) -> dict[str, Any]:
    """Name the user to channels that need no address but the user."""
    kind, _, user_id = message.user_key.partition(":")
    return {"user_id": user_id, **merged} if kind == "u" and user_id else merged


def _prepared(
    flight: Flight, way: Way, attempt: Attempt, rendered: Rendered | RenderError, before: list[Entry]
) -> Prepared:
    if isinstance(rendered, RenderError):
        fault = Undeliverable(Reason.FAILED, f"cannot render {way.channel}: {rendered}")
        if isinstance(rendered, NothingToSay):
            fault = Undeliverable(Reason.FILTERED, f"nothing to say by {way.channel}: {rendered}")
        start = AttemptStart(attempt=attempt, entries=before)
        return Prepared(flight=flight, start=start, way=way, dispatch=None, fault=fault)
    start = _start(flight.claim, way, rendered, before, attempt)
    return Prepared(flight=flight, start=start, way=way, dispatch=_dispatch(flight.claim.message, way, rendered))


def _dispatch(message: Message, way: Way, rendered: Rendered) -> Dispatch:
    override = provider_override(message.options, way.provider)
    files = override.get("attachments")
    return Dispatch(
        environment_id=message.environment_id,
        message_id=message.id,
        recipient=message.recipient,
        channel=way.channel,
        content=overridden(rendered.content, {"attachments": files}) if files else rendered.content,
        at=message.enqueued,
        address=way.address,
        override=override,
    )


def _kept_back(claim: Claim, now: int, loaded: Entry, why: str) -> Settlement:
    end = _end(claim, now, Status.FILTERED, Reason.FILTERED, why)
    return msgspec.structs.replace(end, entries=[loaded, *end.entries])


def _content(version: TemplateVersion | None) -> dict[str, Any]:
    return version.content if version is not None else {}


def _cache_key(claim: Claim, version: TemplateVersion | None) -> tuple[object, ...]:
    """Name the compiled content: a version never changes, and equal inline contents are one."""
    environment_id = claim.message.environment_id
    if claim.message.content is None and version is not None:
        return (environment_id, version.tenant_id, version.template_id, version.version)
    return (environment_id, hashlib.blake2b(msgspec.json.encode(claim.message.content), digest_size=16).digest())


def _builtins(claim: Claim, facts: Facts) -> dict[str, Any]:
    message = claim.message
    return {
        "courier": {"environment": facts.environment.name, "scope": "published"},
        "event": message.event,
        "messageId": message.id,
        "recipient": message.recipient,
        "template": facts.version.template_id if facts.version else "",
    }


def _attempt(claim: Claim, way: Way, number: int, now: int) -> Attempt:
    return Attempt(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        number=number,
        channel=way.channel,
        provider=way.provider,
        way=way.key,
        started=now,
    )


def _start(claim: Claim, way: Way, rendered: Rendered, before: list[Entry], attempt: Attempt) -> AttemptStart:
    number, now, message = attempt.number, attempt.started, claim.message
    parts = rendered.content.parts()
    integration = {"channel": {"id": way.channel}, "integration": {"id": way.config_id, "provider": way.provider}}
    notes: dict[str, Any] = {"missing_variables": list(rendered.missing)} if rendered.missing else {}
    if rendered.hidden:
        notes["conditions"] = [{"path": hidden.path, "detail": hidden.detail} for hidden in rendered.hidden]
    links = {part: f"/messages/{message.id}/output/{way.channel}/{part}" for part in parts}
    return AttemptStart(
        attempt=attempt,
        entries=[
            *before,
            _entry(claim, 100 * number, "RENDERED", now, {**integration, "output": links, **notes}),
            _entry(claim, 100 * number + 1, "DELIVERING", now, integration),
        ],
        output=Output(channel=way.channel, content=parts),
    )


def _without_template(claim: Claim, facts: Facts, now: int) -> Settlement:
    name = claim.message.template_id or claim.message.event
    if facts.template_exists:
        return _end(claim, now, Status.UNROUTABLE, Reason.UNPUBLISHED, f"template {name!r} is not published")
    return _end(claim, now, Status.UNMAPPED, None, f"no template and no mapped event is named {name!r}")


def _end(claim: Claim, now: int, status: Status, reason: Reason | None, detail: str) -> Settlement:
    """End a message before any provider was asked."""
    fields = {"reason": reason, "error_message": detail} if reason else {"error_message": detail}
    return Settlement(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        status=status,
        at=now,
        reason=reason,
        error=detail,
        entries=[_entry(claim, 20, status, now, fields)],
    )


def _entry(claim: Claim, ordinal: int, kind: str, now: int, fields: dict[str, Any]) -> Entry:
    return Entry(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        ordinal=ordinal,
        type=kind,
        ts=now,
        fields=fields,
    )
