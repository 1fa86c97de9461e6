"""How far a message has come on its route: what to try now, or how it ended. Pure."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Way
from tidings.messages import Attempt, Message, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.routing.patience import Patience
from tidings.routing.plan import Branch, Route

_ABOUT_THE_ADDRESS = frozenset({Reason.BOUNCED, Reason.UNSUBSCRIBED})


class Passed(msgspec.Struct, frozen=True):
    """Somebody who had time enough: the next is asked."""

    attempt: Attempt
    """The last one there."""
    what: str
    """Whose time ran out (`provider`, `channel`), or what was not heard of it: `delivered`, `viewed`, `engaged`."""
    ms: int
    """How long that was."""
    taken: bool = False
    """True when it was taken and that was not heard; False when nobody took it."""


class Open(msgspec.Struct, frozen=True):
    """There are ways to try: now, or when they asked for. One of both is not empty."""

    now: tuple[Way, ...]
    later: tuple[Way, ...] = ()
    passed: tuple[Passed, ...] = ()
    """Who is no longer waited for."""
    until: int | None = None
    """Until when news is awaited beside (ms)."""


class Awaiting(msgspec.Struct, frozen=True):
    """It was taken, and the next channel is asked unless there is news of it."""

    until: int
    """Milliseconds."""


class Flying(msgspec.Struct, frozen=True):
    """Attempts are under way, and nothing is to be tried beside them."""


class Arrived(msgspec.Struct, frozen=True):
    """All that was to be sent was sent, where it could be."""


class Stuck(msgspec.Struct, frozen=True):
    """Nothing is left to try: every way refused, or nobody knows whether one took it."""

    is_unknown: bool
    reason: Reason
    detail: str


Progress = Open | Flying | Awaiting | Arrived | Stuck


def progress(
    route: Route,
    attempts: Sequence[Attempt],
    *,
    now: int,
    options: Mapping[str, Any],
    parked: Container[tuple[str, str]] = (),
    heard: Message | None = None,
) -> Progress:
    """Judge the attempts made so far. One without an outcome is under way: nothing is tried beside it in its branch.

    `parked` are the accounts (provider, configuration) that take nothing of late: others are asked before them.
    `heard` is the message with what its receipts told; None for what nothing can have been heard of.
    """
    if not attempts and (only := route.only) is not None:
        return Open((only,))
    judging = _Judging(attempts, now, Patience(options), parked, heard)
    state = judging.branch(route.tree)
    until = min(judging.until, default=None)
    if judging.due or judging.waits:
        due, waits = tuple(dict.fromkeys(judging.due)), tuple(dict.fromkeys(judging.waits))
        return Open(due, waits, tuple(judging.passed), until)
    if any(attempt.outcome is None for attempt in attempts):
        return Flying()
    if until is not None:
        return Awaiting(until)
    return Arrived() if state == "sent" else judging.stuck()


class _Judging:
    def __init__(
        self,
        attempts: Sequence[Attempt],
        now: int,
        patience: Patience,
        parked: Container[tuple[str, str]],
        heard: Message | None,
    ) -> None:
        self._parked = parked
        self._made: dict[str, list[Attempt]] = {}
        self._unnamed: dict[tuple[str, str], list[Attempt]] = {}  # of older versions, which did not name the way
        for attempt in attempts:
            if attempt.way:
                self._made.setdefault(attempt.way, []).append(attempt)
            else:
                self._unnamed.setdefault((attempt.channel, attempt.provider), []).append(attempt)
        self._now = now
        self._patience = patience
        wish = patience.escalation
        self._escalation = wish if wish is not None and not (heard is not None and wish.is_met(heard)) else None
        self._dead = {
            (attempt.channel, attempt.address_key)
            for attempt in attempts
            if isinstance(attempt.outcome, Undeliverable) and attempt.outcome.reason in _ABOUT_THE_ADDRESS
        }
        self._last = attempts[-1] if attempts else None
        self._unknown = False
        self.due: list[Way] = []
        self.waits: list[Way] = []
        self.passed: list[Passed] = []
        self.until: list[int] = []

    def branch(self, branch: Branch) -> str:
        """Tell whether it is `sent`, `refused`, `unknown`, `overdue` or `open`, and gather what it wants tried."""
        state = self._all(branch) if branch.method == "all" else self._single(branch)
        return self._in_time(branch, state) if branch.channel and state == "open" else state

    def _single(self, branch: Branch) -> str:
        asides: list[tuple[int, list[Way], list[Way]]] = []
        is_sent = False
        for index, part in enumerate(branch.of):
            due, waits = len(self.due), len(self.waits)
            state = self._part(part)
            if state == "open" and not self._binds(part) and any(map(self._binds, branch.of[index + 1 :])):
                state = "overdue"  # another was asked while this one was parked, and took it or may have
            if state == "overdue":  # somebody who said "later" for too long stands aside while others are asked
                asides.append(
                    (self._tried_last(self.due[due:] + self.waits[waits:]), self.due[due:], self.waits[waits:])
                )
                del self.due[due:], self.waits[waits:]
            elif state == "sent" and not branch.channel and index + 1 < len(branch.of) and self._is_ignored(part):
                is_sent = True
            elif state != "refused":
                return "sent" if is_sent and state == "unknown" else state
        if is_sent:
            return "sent"
        if not asides:
            return "refused"
        _, due_now, waiting = min(asides, key=lambda aside: aside[0])  # one of them alone: two might both send
        self.due += due_now
        self.waits += waiting
        return "overdue"

    def _is_ignored(self, part: Branch | Way) -> bool:
        """Tell whether news of what was taken was awaited long enough; notes until when, while it was not."""
        if self._escalation is None:
            return False
        taken = [made for made in self._attempts_of(part) if isinstance(made.outcome, Sent)]
        last = max(taken, key=lambda made: made.finished or made.started)
        wait_ms = self._escalation.wait_ms
        wait_ms = self._patience.channel_ms(last.channel) if wait_ms is None else wait_ms
        until = (last.finished or last.started) + wait_ms
        if self._now < until:
            self.until.append(until)
            return False
        self.passed.append(Passed(last, self._escalation.criteria, wait_ms, taken=True))
        return True

    def _in_time(self, branch: Branch, state: str) -> str:
        """Let a channel stand aside that had time enough, unless something of it was taken or may have been."""
        made = self._attempts_of(branch)
        if not made or self._binds(branch):
            return state
        budget_ms = self._patience.channel_ms(branch.channel)
        if self._now - min(one.started for one in made) <= budget_ms:
            return state
        last = max(made, key=lambda one: one.number)
        self.passed.append(Passed(last, "channel", budget_ms))
        return "overdue"

    def _attempts_of(self, part: Branch | Way) -> list[Attempt]:
        ways = part.each() if isinstance(part, Branch) else (part,)
        return [made for way in ways for made in self._of(way)]

    def _of(self, way: Way) -> Sequence[Attempt]:
        if self._last is None:
            return ()
        return self._made.get(way.key) or self._unnamed.get((way.channel, way.provider)) or ()

    def _tried_last(self, ways: Sequence[Way]) -> int:
        numbers = [attempt.number for way in ways for attempt in self._made.get(way.key, ())]
        return max(numbers, default=1 << 30)

    def _binds(self, part: Branch | Way) -> bool:
        """Tell whether something of it is under way, was taken or may have been: then nobody is asked in its place."""
        return any(not isinstance(made.outcome, RetryLater | Undeliverable) for made in self._attempts_of(part))

    def _all(self, branch: Branch) -> str:
        states = [self._part(part) for part in branch.of]
        if "overdue" in states and self._binds(branch):
            return "open"
        for state in ("open", "overdue", "sent", "unknown"):
            if state in states:
                return state
        return "refused"

    def _part(self, part: Branch | Way) -> str:
        return self.branch(part) if isinstance(part, Branch) else self._way(part)

    def _way(self, way: Way) -> str:
        if made := self._of(way):
            return self._judged(way, made)
        if self._dead and (way.channel, way.address_key) in self._dead:
            return "refused"
        self.due.append(way)
        return "overdue" if (way.provider, way.config_id) in self._parked else "open"

    def _judged(self, way: Way, made: Sequence[Attempt]) -> str:
        state = "unknown"
        match made[-1].outcome:
            case None:
                state = "open"
            case Sent():
                state = "sent"
            case Undeliverable() if not _may_have_sent(made):  # a repetition's refusal says nothing of the first time
                state = "refused"
            case RetryLater(after_s=after_s):
                self._again(way, made[-1], after_s or 0)
                state = "overdue" if self._is_late(way, made) and not _may_have_sent(made) else "open"
            case Unknown(repeatable_s=repeatable_s) if 0 <= self._now - made[0].started < repeatable_s * 1000:
                self._again(way, made[-1], 0)
                state = "open"
        self._unknown = self._unknown or state == "unknown"
        return state

    def _is_late(self, way: Way, made: Sequence[Attempt]) -> bool:
        budget_ms = self._patience.provider_ms(way.channel, way.provider)
        if self._now - made[0].started > budget_ms:
            self.passed.append(Passed(made[-1], "provider", budget_ms))
            return True
        return (way.provider, way.config_id) in self._parked

    def _again(self, way: Way, last: Attempt, after_s: float) -> None:
        ready_at = (last.finished or last.started) + int(after_s * 1000)
        (self.due if ready_at <= self._now else self.waits).append(way)

    def stuck(self) -> Stuck:
        last = self._last.outcome if self._last else None
        match last:
            case Undeliverable(reason=reason, detail=detail):
                return Stuck(self._unknown, reason, detail)
            case RetryLater(detail=detail) | Unknown(detail=detail):
                return Stuck(self._unknown, Reason.FAILED if self._unknown else Reason.PROVIDER_ERROR, detail)
            case _:
                return Stuck(self._unknown, Reason.PROVIDER_ERROR, "every way was tried and refused")


def _may_have_sent(made: Sequence[Attempt]) -> bool:
    return any(isinstance(attempt.outcome, Unknown) for attempt in made)
