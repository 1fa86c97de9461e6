"""Why something was sent, or was not: each decision on the way, in order."""

from typing import Any, Literal

import msgspec

Verdict = Literal["passed", "waits", "stopped", "unknown"]


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision."""

    step: str
    """`call`, `map`, `template`, `profile`, `whether`, `route`, `render`, `attempt` or `end`."""
    verdict: Verdict
    why: str
    at: int | None = None
    """Milliseconds; None for what is only asked now."""
    facts: dict[str, Any] = {}
    """What the decision rested on, with the versions that were in force."""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The chain of decisions about one message, or about an event and a user."""

    answer: str
    """The whole of it in one sentence."""
    message_id: str | None
    steps: tuple[Step, ...]
    """What was decided, as it was recorded."""
    now: tuple[Step, ...] = ()
    """What would be decided if the same came now."""
