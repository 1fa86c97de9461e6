"""Digests of audiences: on schedule, everybody in the audience gets one, those of whom nothing was gathered too.

A round is a request to the audience, put in line when its moment has come. Request and messages are named by the round.
So it is held once, whoever looks and whatever is killed, and who has a digest of that moment gets no second one.
"""

import asyncio
from collections.abc import Iterable, Iterator

import structlog

from tidings.clock import Clock
from tidings.mapping import expansion_of_round
from tidings.pipeline.rest import rest
from tidings.ports import ExpansionStore, PreferenceStore, Wakeup
from tidings.preferences import Digest, Round, Topic

log = structlog.get_logger()

_LOOK_EVERY_S = 15.0
LATE_MS = 12 * 3_600_000
"""A round that nobody could hold for so long is left out: the next is not far."""


class DigestRounds:
    """Puts rounds in line."""

    def __init__(
        self,
        *,
        preferences: PreferenceStore,
        expansions: ExpansionStore,
        environment_ids: Iterable[int],
        wakeup: Wakeup,
        clock: Clock,
    ) -> None:
        self._preferences = preferences
        self._expansions = expansions
        self._environment_ids = list(environment_ids)
        self._wakeup = wakeup
        self._clock = clock

    async def round(self, stop: asyncio.Event) -> None:
        """Look, and rest."""
        await self.run_once()
        await rest(stop, _LOOK_EVERY_S)

    async def run_once(self) -> int:
        """Put what has come in line; return how many rounds that were."""
        begun, now = 0, self._clock.now_ms()
        for environment_id in self._environment_ids:
            for topic in await self._preferences.all_topics(environment_id):
                for digest, round_ in _rounds(topic, now):
                    if await self._expansions.add(expansion_of_round(environment_id, digest, round_)):
                        log.info("digest.round", topic_id=topic.id, schedule_id=round_.schedule_id)
                        begun += 1
        if begun:
            self._wakeup.wake("expand")
        return begun


def _rounds(topic: Topic, now: int) -> Iterator[tuple[Digest, Round]]:
    """List the rounds of a topic whose moment has come since its digest was written, and not long ago."""
    digest = topic.digest
    if digest is None or not digest.trigger_empty or not digest.audience_id:
        return
    for schedule in digest.schedules:
        if schedule.frequency == "instant" or (zone := digest.zone_of(schedule)) is None:
            continue
        due_at = schedule.next_after(max(now - LATE_MS, digest.updated), zone)
        round_ = digest.round_at(topic.id, schedule, due_at)
        if round_ is not None and due_at <= now:
            yield digest, round_
