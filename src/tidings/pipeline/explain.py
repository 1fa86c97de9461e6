"""Why did Ann get it, or not: the recorded chain of decisions, and the same asked now. Sends and counts nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.clock import Clock
from tidings.data_logs import Entry, Explanation, Step, Verdict
from tidings.errors import NotFound
from tidings.event_maps import SEGMENT_TRACK_PREFIX, segment_event_id
from tidings.gates import Go, Hold
from tidings.inbound_events import InboundEvent
from tidings.messages import FINAL, Attempt, Message, RetryLater, Sent, Undeliverable, Unknown
from tidings.pipeline.escalating import awaited_in
from tidings.pipeline.foresight import Foresight
from tidings.ports import EventFilter, EventLog, MessageFilter, MessageStore, TemplateStore
from tidings.records import user_key
from tidings.routing import Route
from tidings.templates import TemplateVersion

_ENDS = {"FILTERED", "UNROUTABLE", "UNMAPPED", "UNDELIVERABLE", "THROTTLED", "CANCELED", "SENT", "SIMULATED"}
_STEPS = {"ENQUEUED": "call", "MAPPED": "map", "PROFILE_LOADED": "profile", "RENDERED": "render", "DELAYED": "whether"}
_STEPS |= dict.fromkeys(("TIMED_OUT", "ESCALATED", "NOT_ESCALATED"), "route")
_TOLD = frozenset({"DELIVERING", "ERROR"})  # what the attempts tell better
_RECORDED = frozenset({"event_id", "notification_id", "channel", "delay", "until", "window", "timezone", "message_id"})
_RECORDED_LAST = frozenset(
    {"topic_id", "source", "preference", "suppression", "limit", "scope", "period", "max", "expired"}
)


class Archive(msgspec.Struct, frozen=True):
    """What the explainer reads."""

    messages: MessageStore
    events: EventLog
    templates: TemplateStore


class StoredExplainer:
    """Explains from the stores."""

    def __init__(self, *, archive: Archive, foresight: Foresight, clock: Clock) -> None:
        self._archive = archive
        self._foresight = foresight
        self._clock = clock

    async def message(self, environment_id: int, message_id: str) -> Explanation:
        """Explain a message."""
        message = await self._archive.messages.get(environment_id, message_id)
        history = await self._archive.messages.history(environment_id, message_id)
        attempts = await self._archive.messages.attempts(environment_id, message_id)
        steps = [*await self._call(message), *_recorded(history, attempts), _end(message, history)]
        ordered = sorted(steps, key=lambda step: step.at or 0)
        return Explanation(
            answer=_answer(message, history),
            message_id=message.id,
            steps=tuple(ordered),
            now=tuple(await self._now(message)),
        )

    async def event(self, environment_id: int, user_id: str, event: str) -> Explanation:
        """Explain the newest of a user and an event."""
        name = event.removeprefix(SEGMENT_TRACK_PREFIX)
        calls = (
            await self._archive.events.page(
                environment_id, EventFilter(type="track", name=name, user_id=user_id), limit=1, cursor=None
            )
        ).items
        for wanted in (segment_event_id(name), event):
            where = MessageFilter(event=wanted, recipient=user_id)
            found = (await self._archive.messages.page(environment_id, where, limit=1, cursor=None)).items
            if found and not (calls and calls[0].received_at > found[0].enqueued):
                return await self.message(environment_id, found[0].id)
        sample = self._sample(environment_id, user_id, segment_event_id(name))
        if not calls:
            why = f"no track call named {name!r} of this user is on record, nor a message: nothing asked for one"
            first = Step(step="call", verdict="stopped", why=why)
        else:
            first = _of_call(calls[0])
        return Explanation(answer=first.why, message_id=None, steps=(first,), now=tuple(await self._now(sample)))

    async def _call(self, message: Message) -> list[Step]:
        """Find the call that a message came from; a send has none."""
        try:
            return [_of_call(await self._archive.events.get(message.environment_id, message.id))]
        except NotFound:
            return []

    def _sample(self, environment_id: int, user_id: str, event: str) -> Message:
        return Message(
            environment_id=environment_id,
            id="",
            user_key=user_key(user_id, None),
            recipient=user_id,
            enqueued=self._clock.now_ms(),
            event=event,
            request_id="",
            to={},
            data={},
        )

    async def _now(self, message: Message) -> list[Step]:
        """Ask everything again, as if the same came now."""
        (seen,) = await self._foresight.of([message], now=self._clock.now_ms())
        template = await self._template(seen.message, seen.version)
        if template.verdict == "stopped":
            return [template]
        known = (
            "there is a profile" if seen.has_profile else "there is no profile: only what the request brings is known"
        )
        loaded = Step(step="profile", verdict="passed", why=known, facts={"keys": sorted(seen.profile)})
        verdict = seen.verdict
        if not isinstance(verdict, Go):
            word: Verdict = "waits" if isinstance(verdict, Hold) else "stopped"
            return [template, loaded, Step(step="whether", verdict=word, why=verdict.why, facts=dict(verdict.fields))]
        only = {} if verdict.only is None else {"only": sorted(verdict.only)}
        open_ = Step(
            step="whether",
            verdict="passed",
            why="nothing keeps it back; limits are counted when it is sent",
            facts={"topic_id": seen.subject.topic_id, **only},
        )
        known_ways = [_of_strategy(seen.strategy.on_record)] if seen.strategy else []
        if isinstance(seen.route, Route):
            ways = [f"{way.channel} by {way.provider}" for way in seen.route.ways]
            way = Step(step="route", verdict="passed", why=f"it would go by {ways[0]}", facts={"ways": ways})
        else:
            detail, reason = (seen.route.detail, seen.route.reason) if seen.route else ("", None)
            way = Step(step="route", verdict="stopped", why=detail, facts={"reason": reason})
        return [template, loaded, open_, *known_ways, way]

    async def _template(self, message: Message, version: TemplateVersion | None) -> Step:
        key = message.template_id or message.event
        if message.content is not None:
            return Step(step="template", verdict="passed", why="the request brings its own content")
        if version is not None:
            facts = {"template_id": version.template_id, "version": version.version, "topic_id": version.topic_id}
            if version.tenant_id:
                facts["tenant_id"] = version.tenant_id
            return Step(step="template", verdict="passed", why=f"{key!r} sends {version.name!r}", facts=facts)
        exists = bool(key) and await self._archive.templates.exists(message.environment_id, key)
        what = "is not published, or archived" if exists else "names no template, and no event that is mapped to one"
        return Step(step="template", verdict="stopped", why=f"{key!r} {what}")


def _of_call(event: InboundEvent) -> Step:
    """Tell what became of a call."""
    passed = event.status.value in {"MAPPED", "APPLIED"}
    why = f"the {event.type} call came in and was {event.status.value}"
    if event.reason or event.detail:
        why += f": {': '.join(part for part in (event.reason, event.detail) if part)}"
    facts = {"event_id": event.id, "name": event.name, "source_id": event.source_id}
    return Step(step="call", verdict="passed" if passed else "stopped", why=why, at=event.received_at, facts=facts)


def _recorded(history: Sequence[Entry], attempts: Sequence[Attempt]) -> list[Step]:
    """Tell the history as steps; what providers said comes from the attempts, which know more."""
    steps: list[Step] = []
    for entry in history:
        if strategy := entry.fields.get("routing_strategy"):
            steps.append(_of_strategy(strategy, at=entry.ts))
        if "awaits" in entry.fields:
            steps.append(Step(step="route", verdict="waits", why=awaited_in(entry), at=entry.ts))
        if entry.type in _ENDS or entry.type in _TOLD:
            continue
        word: Verdict = "waits" if entry.type == "DELAYED" else "passed"
        why = str(entry.fields.get("reason") or entry.type.lower().replace("_", " "))
        facts = {name: value for name, value in entry.fields.items() if name in _RECORDED}
        name = _STEPS.get(entry.type, entry.type.lower())
        steps.append(Step(step=name, verdict=word, why=why, at=entry.ts, facts=facts))
    steps += [_attempt(attempt) for attempt in attempts]
    return steps


def _of_strategy(strategy: Mapping[str, Any], *, at: int | None = None) -> Step:
    """Tell which routing strategy was in force."""
    why = f"the routing strategy {strategy.get('name')!r} says which ways to try"
    return Step(step="route", verdict="passed", why=why, at=at, facts={"routing_strategy": dict(strategy)})


def _attempt(attempt: Attempt) -> Step:
    verdict: Verdict = "unknown"
    said = "no answer is on record: it may have been sent"
    match attempt.outcome:
        case Sent(reference=reference):
            verdict, said = "passed", f"took it{f' as {reference}' if reference else ''}"
        case RetryLater(detail=detail):
            verdict, said = "waits", f"asked to come back later: {detail}"
        case Undeliverable(detail=detail, kept_back=True):
            verdict, said = "stopped", f"was not asked: {detail}"
        case Undeliverable(detail=detail):
            verdict, said = "stopped", f"refused it: {detail}"
        case Unknown(detail=detail):
            said = f"gave no answer that tells whether it was sent: {detail}"
        case None:
            pass
    facts = {"number": attempt.number, "channel": attempt.channel, "provider": attempt.provider}
    return Step(
        step="attempt",
        verdict=verdict,
        why=f"{attempt.provider} {said}",
        at=attempt.finished or attempt.started,
        facts=facts,
    )


def _end(message: Message, history: Sequence[Entry]) -> Step:
    """Tell where it stands, with what the last decision rested on."""
    sent = message.status.value in {"SENT", "DELIVERED", "OPENED", "CLICKED", "SIMULATED"}
    verdict: Verdict = "passed" if sent else "stopped" if message.status in FINAL else "waits"
    last = next((entry.fields for entry in reversed(history) if entry.type == message.status.value), {})
    facts = {
        "status": message.status.value,
        "reason": message.reason.value if message.reason else None,
        "template_id": message.template_id,
        "template_version": message.template_version,
        **{name: value for name, value in last.items() if name in _RECORDED_LAST},
    }
    return Step(
        step="end",
        verdict=verdict,
        why=message.error or message.status.value,
        at=message.updated,
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _answer(message: Message, history: Sequence[Entry]) -> str:
    told = f"{message.status.value}{f' ({message.reason.value})' if message.reason else ''}"
    if message.error:
        return f"{told}: {message.error}"
    if message.status in FINAL:
        return f"{told}: it went by {message.channel or 'no channel'}, {message.provider or 'no provider'}"
    awaited = next((awaited_in(entry) for entry in reversed(history) if "awaits" in entry.fields), "")
    return f"{told}: {awaited or 'it has not been sent yet'}"
