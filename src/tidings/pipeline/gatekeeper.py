"""The gatekeeper: reads what the gates need to know of a batch, and asks them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.effects import Claim
from tidings.gates import Go, Terms, Verdict, counts_of, delayed, gathered, in_window, throttled, wanted
from tidings.messages import Message, tenant_of
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.memory import Memory
from tidings.pipeline.shared import SharedBodies
from tidings.ports import Count, Passage, PreferenceStore, SendingRulesStore, SuppressionStore
from tidings.preferences import Preference, Standing, Topic, inherited_for, resolve, wish_for
from tidings.recipients import LIST_PREFERENCES
from tidings.sending_rules import SendingRules
from tidings.suppressions import Suppression, addresses_of

Key = tuple[int, str]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and what the gates look at."""

    message: Message
    template_id: str | None
    topic_id: str | None
    profile: Mapping[str, Any]
    """The stored profile with `to` laid over it."""
    inherited: tuple[Any, ...] = ()
    """The `default_preferences` of the tenant in whose name it is sent, and of those above it, nearest first."""

    @property
    def user_id(self) -> str | None:
        """Whose choices count; None for an address alone."""
        return self.message.user_key[2:] or None

    @property
    def tenant_id(self) -> str:
        """In whose name it is sent; empty for nobody's."""
        return tenant_of(self.message)


class Gatekeeper:
    """Decides whether and when claimed messages may be sent."""

    def __init__(
        self,
        *,
        shared: SharedBodies,
        digesting: Digesting,
        preferences: PreferenceStore,
        suppressions: SuppressionStore,
        rules: SendingRulesStore,
    ) -> None:
        self._shared = shared
        self._digesting = digesting
        self._preferences = preferences
        self._suppressions = suppressions
        self._rules = rules

    async def complete(self, claims: Sequence[Claim]) -> list[Claim]:
        """Give each message what its request to many holds for all, and each digest what was gathered."""
        return await self._digesting.complete(await self._shared.complete(claims))

    async def judge(
        self, subjects: Sequence[Subject], *, now: int, counting: bool = True, memory: Memory | None = None
    ) -> list[Verdict]:
        """Ask the gates about each, in order: its time, what is wanted, the hours of the environment, the limits.

        Limits are asked by counting; who only wants to know leaves them out. What `memory` knows of rules and topics
        is not asked again.
        """
        memory = memory or Memory()
        rules, topics, stored, suppressed = await asyncio.gather(
            memory.ask(self._rules_of, (it.message.environment_id for it in subjects)),
            memory.ask(self._preferences.topics, _unique((it.message.environment_id, it.topic_id) for it in subjects)),
            self._preferences.chosen(
                _unique((it.message.environment_id, it.user_id) for it in subjects if it.topic_id)
            ),
            self._suppressions.among(
                _unique(
                    (it.message.environment_id, address)
                    for it in subjects
                    for address in addresses_of(it.user_id, it.profile)
                )
            ),
        )
        verdicts: list[Verdict] = []
        exempt: list[bool] = []
        for it in subjects:
            standing, own = _standing(it, topics, stored, now), rules[it.message.environment_id]
            is_exempt = it.topic_id in own.exempt_topics or (standing is not None and standing.status == "REQUIRED")
            verdict = delayed(it.message, it.profile, default_zone=own.zone, now=now)
            if isinstance(verdict, Go):
                verdict = wanted(it.topic_id, standing, _of(it, suppressed))
            if isinstance(verdict, Go):
                topic = topics.get((it.message.environment_id, it.topic_id or ""))
                into = gathered(
                    it.message,
                    it.template_id,
                    topic,
                    it.profile,
                    stored=stored.get((it.message.environment_id, it.user_id or ""), ()),
                    default_zone=own.zone,
                    now=now,
                )
                verdict = verdict if isinstance(into, Go) else into
            if isinstance(verdict, Go) and not is_exempt:
                hour = in_window(it.message, it.profile, own, now=now)
                verdict = verdict if isinstance(hour, Go) else hour
            if isinstance(verdict, Go):
                verdict = msgspec.structs.replace(verdict, terms=_terms(it, topics, standing, own))
            verdicts.append(verdict)
            exempt.append(is_exempt)
        if not counting:
            return verdicts
        return await self._within_limits(subjects, verdicts, exempt, rules, now=now)

    async def terms(self, subject: Subject, *, now: int) -> Terms:
        """Say what goes with a message, whether or not it may be sent now."""
        environment_id = subject.message.environment_id
        topic, user = (environment_id, subject.topic_id or ""), (environment_id, subject.user_id or "")
        topics = await self._preferences.topics([topic] if topic[1] else [])
        stored = await self._preferences.chosen([user] if topic[1] and user[1] else [])
        standing = _standing(subject, topics, stored, now)
        return _terms(subject, topics, standing, await self._rules.get(environment_id))

    async def _rules_of(self, environments: Sequence[int]) -> dict[int, SendingRules]:
        return {environment_id: await self._rules.get(environment_id) for environment_id in environments}

    async def _within_limits(
        self,
        subjects: Sequence[Subject],
        verdicts: list[Verdict],
        exempt: Sequence[bool],
        rules: Mapping[int, SendingRules],
        *,
        now: int,
    ) -> list[Verdict]:
        """Count those that may go now, and throttle those that are too many."""
        passages: dict[int, Passage] = {}
        for index, (it, verdict, is_exempt) in enumerate(zip(subjects, verdicts, exempt, strict=True)):
            message, own = it.message, rules[it.message.environment_id]
            if isinstance(verdict, Go) and own.limits:
                counts = tuple(
                    Count(limit.id, whose, window, limit.max, exempt=is_exempt)
                    for limit, whose, window in counts_of(message, it.topic_id, own, now=now)
                )
                passages[index] = Passage(message.environment_id, message.id, counts)
        exceeded = await self._rules.pass_limits(list(passages.values()), now=now)
        for index, limit_id in zip(passages, exceeded, strict=True):
            if limit_id is not None:
                it = subjects[index]
                verdicts[index] = throttled(limit_id, rules[it.message.environment_id], it.topic_id)
        return verdicts


def _standing(
    subject: Subject, topics: Mapping[Key, Topic], stored: Mapping[Key, Sequence[Preference]], now: int
) -> Standing | None:
    message, topic_id = subject.message, subject.topic_id
    names = (topic_id, subject.template_id)
    listed = wish_for(message.options.get(LIST_PREFERENCES), *names)
    asked = wish_for(message.to.get("preferences"), *names)
    if topic_id is None and listed is None and asked is None:
        return None
    inherited = inherited_for(topic_id, subject.inherited)
    chosen = stored.get((message.environment_id, subject.user_id or ""), ())
    mine = [each for each in chosen if each.topic_id == topic_id and each.tenant_id in {"", subject.tenant_id}]
    topic = topics.get((message.environment_id, topic_id or ""))
    return resolve(topic, inherited=inherited, stored=mine, listed=listed, asked=asked, now=now)


def _terms(subject: Subject, topics: Mapping[Key, Topic], standing: Standing | None, rules: SendingRules) -> Terms:
    """Say what goes with a message; what went to many and is about nothing in particular must say how to leave, too."""
    topic = topics.get((subject.message.environment_id, subject.topic_id or ""))
    if topic is not None:
        leaves = topic.include_unsubscribe_header and (standing is None or standing.status != "REQUIRED")
    else:
        leaves = subject.message.shared
    return Terms(rules.tracking, subject.topic_id or "", leaves)


def _of(subject: Subject, suppressed: Mapping[Key, Suppression]) -> list[Suppression]:
    if not suppressed:
        return []
    keys = ((subject.message.environment_id, address) for address in addresses_of(subject.user_id, subject.profile))
    return [suppressed[key] for key in keys if key in suppressed]


def _unique(keys: Any) -> list[Key]:
    """Keep each key once, and none that names nobody."""
    return list(dict.fromkeys(key for key in keys if key[1]))
