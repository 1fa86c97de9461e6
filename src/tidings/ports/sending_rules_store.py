"""Sending rules, and the counting of what passed."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tidings.sending_rules import SendingRules


class Count(msgspec.Struct, frozen=True):
    """One counter that a message adds to."""

    limit_id: str
    whose: str
    """The user and topic it counts for; empty for everybody."""
    window: int
    """The first millisecond of the period."""
    max: int
    exempt: bool
    """Counted, and passed whatever the count."""


class Passage(msgspec.Struct, frozen=True):
    """A message that wants to pass its limits."""

    environment_id: int
    message_id: str
    counts: tuple[Count, ...]


class SendingRulesStore(Protocol):
    """The rules of each environment, and exact counts: a message counts once, whatever is killed or asked again."""

    async def get(self, environment_id: int) -> SendingRules:
        """Read the rules; without any, everything may go at once."""
        ...

    async def put(self, environment_id: int, rules: SendingRules, *, now: int) -> None:
        """Replace the rules."""
        ...

    async def pass_limits(self, passages: Sequence[Passage], *, now: int) -> list[str | None]:
        """Count each message, in order, and tell the id of the limit that it exceeds, None for those that pass.

        A message that asks again is answered as before and counted no more.
        """
        ...

    async def forget(self, *, before: int) -> int:
        """Drop counts of periods that began, and passages that were, before that time; return how many rows."""
        ...
