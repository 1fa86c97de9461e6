"""What providers were asked for a message: written again from what is on record. Nothing is sent.

A request is made of what was rendered, of the profile and of an account's settings, by code that only writes. All of
these are kept, so the request need not be: it would be the largest thing kept of a message, and full of secrets.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Dispatch, Way
from tidings.data_logs import AttemptRequest, Entry, MessageRequests, Written
from tidings.effects import Claim
from tidings.errors import NotFound
from tidings.messages import FINAL, Attempt, Message, Output, Status
from tidings.pipeline.environments import Environments
from tidings.pipeline.foresight import named
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.memory import Memory
from tidings.pipeline.prepare import Facts, Preparer
from tidings.pipeline.subjects import subject_of
from tidings.pipeline.tenancy import Standing, Tenancy, with_options
from tidings.pipeline.voices import Voices
from tidings.ports import MessageStore, Scribe
from tidings.rendering import RenderError
from tidings.routing import addresses_on

ATTEMPTS_MAX = 50
"""So many attempts are written again, the newest; each is rendered for it."""
_OLDER = f"Only the requests of the newest {ATTEMPTS_MAX} attempts are written."
_SETTINGS = "The account's settings were changed after this attempt; it is written with today's."
_WORDS = "Rendered again, it would read otherwise today. These are the words as they were sent."
_TEMPLATE = "The version of its template is not there any more; what goes with the words is today's."
_RENDERED_AGAIN = "Only the last words of a channel are kept. These were rendered again."


class Shelf(msgspec.Struct, frozen=True):
    """What the rewriter reads."""

    messages: MessageStore
    tenancy: Tenancy
    environments: Environments
    gatekeeper: Gatekeeper
    voices: Voices


class _Scene(msgspec.Struct, frozen=True):
    """A message, and what was known when it was sent."""

    claim: Claim
    facts: Facts
    profile: Mapping[str, Any]
    outputs: Mapping[str, Output]
    last: Mapping[str, int]
    """The number of each channel's last attempt that was rendered: its words are those on record."""
    notes: tuple[str, ...]


class StoredRewriter:
    """Writes from the stores."""

    def __init__(self, *, shelf: Shelf, preparer: Preparer, scribe: Scribe) -> None:
        self._shelf = shelf
        self._preparer = preparer
        self._scribe = scribe

    async def message(self, environment_id: int, message_id: str) -> MessageRequests:
        """Write the requests of all attempts."""
        message = await self._shelf.messages.get(environment_id, message_id)
        attempts = await self._shelf.messages.attempts(environment_id, message_id)
        if not attempts:
            return MessageRequests(why=_unasked(message))
        scene = await self._scene(message, attempts)
        older, newest = attempts[:-ATTEMPTS_MAX], attempts[-ATTEMPTS_MAX:]
        told = [_told(attempt, Written(why=_OLDER), ()) for attempt in older]
        return MessageRequests(results=(*told, *[await self._attempt(scene, attempt) for attempt in newest]))

    async def _scene(self, message: Message, attempts: Sequence[Attempt]) -> _Scene:
        shelf = self._shelf
        key = (message.environment_id, message.id)
        history = await shelf.messages.history(*key)
        outputs = {output.channel: output for output in await shelf.messages.outputs(*key)}
        claim = Claim(message=message, attempts=tuple(attempts), until=0)
        (claim,) = await shelf.gatekeeper.complete([claim])
        standing = (await shelf.tenancy.read([claim.message]))[message.id]
        standing, notes = await self._as_it_was(message, standing)
        whole = with_options(claim.message, standing)
        subject = subject_of(whole, standing, None)
        facts = Facts(
            environment=(await shelf.environments.of([message.environment_id]))[message.environment_id],
            version=standing.version,
            template_exists=standing.version is not None,
            profile=None,
            available=(),
            admit=lambda _: 0,
            forgo=lambda _: None,
            voice=(await shelf.voices.of([whole], {message.id: standing}, Memory()))[message.id],
            terms=await shelf.gatekeeper.terms(subject, now=attempts[0].started),
        )
        return _Scene(
            claim=msgspec.structs.replace(claim, message=whole),
            facts=facts,
            profile=_profile_then(history) or subject.profile,
            outputs=outputs,
            last={each.channel: each.number for each in attempts if not _was_kept_back(each)},
            notes=notes,
        )

    async def _as_it_was(self, message: Message, standing: Standing) -> tuple[Standing, tuple[str, ...]]:
        """Put the version that was sent in the place of the one that is published, where it is another."""
        version, sent = standing.version, message.template_version
        if version is None or sent is None or version.version == sent:
            return standing, ()
        try:
            then = await self._shelf.tenancy.templates.version(message.environment_id, version.template_id, sent)
        except NotFound:
            return standing, (_TEMPLATE,)
        if version.tenant_id:  # a tenant's own versions have numbers of their own
            return standing, (_TEMPLATE,)
        return msgspec.structs.replace(standing, version=then), ()

    async def _attempt(self, scene: _Scene, attempt: Attempt) -> AttemptRequest:
        written, notes = await self._written(scene, attempt)
        changed = written.settings_changed
        if changed is not None and changed > attempt.started and not written.why:
            notes = (*notes, _SETTINGS)
        return _told(attempt, written, notes)

    async def _written(self, scene: _Scene, attempt: Attempt) -> tuple[Written, tuple[str, ...]]:
        if _was_kept_back(attempt):
            return Written(why="It was not asked: a condition kept the message from it."), ()
        way = _way(attempt, scene)
        if way is None:
            return Written(why="The address that it went to is not on record any more."), ()
        if (output := scene.outputs.get(attempt.channel)) is None:
            return Written(why="What was rendered is not on record: it could not be, or it was forgotten."), ()
        try:
            again = self._preparer.again(scene.claim, scene.facts, way, scene.profile, now=attempt.started)
        except RenderError as error:
            return Written(why=f"It cannot be rendered again: {error}."), ()
        dispatch, notes = _in_the_words_sent(again, output, is_last=scene.last.get(way.channel) == attempt.number)
        written = await self._scribe.write(scene.claim.message.environment_id, way, dispatch)
        return written, (*scene.notes, *notes)


def _told(attempt: Attempt, written: Written, notes: tuple[str, ...]) -> AttemptRequest:
    return AttemptRequest(
        number=attempt.number,
        channel=attempt.channel,
        provider=attempt.provider,
        provider_id=attempt.config_id,
        started=attempt.started,
        requests=written.requests,
        mail=written.mail,
        left_out=written.left_out,
        why=written.why,
        notes=() if written.why else notes,
    )


def _unasked(message: Message) -> str:
    """Say why no provider was asked for a message."""
    if message.status is Status.DIGESTED:
        return "No provider was asked: it went into a digest, which is a message of its own."
    if message.status not in FINAL:
        return "No provider has been asked yet."
    ended = message.error or message.status.value
    return f"No provider was asked: {ended}"


def _profile_then(history: Sequence[Entry]) -> Mapping[str, Any]:
    loaded = (entry.fields.get("merged_profile") for entry in history if entry.type == "PROFILE_LOADED")
    return next((found for found in loaded if isinstance(found, Mapping)), {})


def _was_kept_back(attempt: Attempt) -> bool:
    return getattr(attempt.outcome, "kept_back", False)


def _way(attempt: Attempt, scene: _Scene) -> Way | None:
    """Find the address of an attempt, which has its digest alone."""
    profile = named(scene.claim.message, scene.profile)
    addresses, _ = addresses_on(attempt.channel, attempt.provider, profile)
    ways = (Way(attempt.channel, attempt.provider, attempt.config_id, address) for address in addresses)
    return next((way for way in ways if way.address_key == attempt.address_key), None)


def _in_the_words_sent(again: Dispatch, output: Output, *, is_last: bool) -> tuple[Dispatch, tuple[str, ...]]:
    """Lay the words on record over what was rendered again."""
    if not is_last:
        same = again.content.parts() == output.content
        return again, () if same else (_RENDERED_AGAIN,)
    content = again.content.with_parts(output.content)
    notes = () if content == again.content else (_WORDS,)
    return msgspec.structs.replace(again, content=content), notes
