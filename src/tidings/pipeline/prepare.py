"""From a claim to what a provider is handed, or to the reason why not. Asks the rooms; no I/O."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.channels import Available, Dispatch, EmailContent, Way
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Claim, Settlement
from tidings.elemental import channels_of
from tidings.messages import Attempt, Output, Reason, RetryLater, Status, Undeliverable
from tidings.profiles import Profile
from tidings.rendering import Renderer, RenderError, Variables
from tidings.routing import Unroutable, plan
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is ready to be handed over."""

    claim: Claim
    start: AttemptStart
    way: Way
    dispatch: Dispatch
    more_ways: bool
    simulated: bool
    version: TemplateVersion | None = None
    """What was rendered; None for content that the request brought."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision about one message rests on."""

    environment: Environment
    version: TemplateVersion | None
    template_exists: bool
    profile: Profile | None
    available: Sequence[Available]


class Preparer:
    """Decides what becomes of a claimed message."""

    def __init__(self, *, renderer: Renderer) -> None:
        self._renderer = renderer

    def prepare(self, claim: Claim, facts: Facts, *, now: int) -> Prepared | Settlement:
        """Choose a way and render for it; or say, as the message's end, why nothing can be sent."""
        message = claim.message
        if facts.version is None and message.content is None:
            return _without_template(claim, facts, now)
        content = message.content if message.content is not None else _content(facts.version)
        key = _cache_key(claim, facts.version)
        stored = facts.profile.data if facts.profile else {}
        merged = {**stored, **message.to}
        route = plan(message=message, channels=channels_of(content), profile=merged, available=facts.available)
        loaded = _entry(
            claim,
            10,
            "PROFILE_LOADED",
            now,
            {"received_profile": message.to, "stored_profile": stored, "merged_profile": merged},
        )
        if isinstance(route, Unroutable):
            end = _end(claim, now, route.status, route.reason, route.detail)
            return msgspec.structs.replace(end, entries=[loaded, *end.entries])
        ways = _untried(route.ways, claim.attempts)
        if not ways:
            return _end(claim, now, Status.UNDELIVERABLE, Reason.PROVIDER_ERROR, "every way was tried and refused")
        way = ways[0]
        variables = Variables(data=message.data, profile=merged, builtins=_builtins(claim, facts))
        try:
            rendered = self._renderer.email(
                content, cache_key=key, variables=variables, recipient=way.address, provider=way.provider
            )
        except RenderError as error:
            end = _end(claim, now, Status.UNDELIVERABLE, Reason.FAILED, f"cannot render {way.channel}: {error}")
            return msgspec.structs.replace(end, entries=[loaded, *end.entries])
        return Prepared(
            claim=claim,
            start=_start(claim, way, rendered, loaded, now),
            way=way,
            dispatch=Dispatch(
                environment_id=message.environment_id,
                message_id=message.id,
                recipient=message.recipient,
                channel=way.channel,
                content=rendered,
                at=message.enqueued,
            ),
            more_ways=len(ways) > 1,
            simulated=facts.environment.delivery == "simulated",
        )


def _content(version: TemplateVersion | None) -> dict[str, Any]:
    return version.content if version is not None else {}


def _cache_key(claim: Claim, version: TemplateVersion | None) -> tuple[object, ...]:
    """Name the compiled content: a version never changes, and equal inline contents are one."""
    environment_id = claim.message.environment_id
    if claim.message.content is None and version is not None:
        return (environment_id, version.template_id, version.version)
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


def _untried(ways: Sequence[Way], attempts: Sequence[Attempt]) -> list[Way]:
    """Leave out the ways that refused for good; one that asked to wait is tried again."""
    refused = {
        (attempt.channel, attempt.provider) for attempt in attempts if isinstance(attempt.outcome, Undeliverable)
    }
    waiting = {(attempt.channel, attempt.provider) for attempt in attempts if isinstance(attempt.outcome, RetryLater)}
    left = [way for way in ways if (way.channel, way.provider) not in refused]
    return sorted(left, key=lambda way: (way.channel, way.provider) not in waiting)


def _start(claim: Claim, way: Way, content: EmailContent, loaded: Entry, now: int) -> AttemptStart:
    number = len(claim.attempts) + 1
    message = claim.message
    parts = {"html": content.html, "text": content.text, "subject": content.subject}
    integration = {"channel": {"id": way.channel}, "integration": {"id": way.config_id, "provider": way.provider}}
    links = {part: f"/messages/{message.id}/output/{way.channel}/{part}" for part in parts}
    return AttemptStart(
        attempt=Attempt(
            environment_id=message.environment_id,
            message_id=message.id,
            number=number,
            channel=way.channel,
            provider=way.provider,
            started=now,
        ),
        entries=[
            loaded,
            _entry(claim, 100 * number, "RENDERED", now, {**integration, "output": links}),
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
