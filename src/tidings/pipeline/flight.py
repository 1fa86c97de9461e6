"""The attempts of one message that are under way together, and what each outcome means beside the others."""

from collections.abc import Sequence

import msgspec

from tidings.effects import Claim, Settlement
from tidings.messages import Attempt, Outcome, Sent, Unknown
from tidings.routing import Awaiting, Open, Patience, Route, progress
from tidings.sending import Ahead, settle


class Flight:
    """One claim on its route. What lands is counted at once, so that the last to land knows how the message ended."""

    def __init__(self, *, claim: Claim, route: Route, started: Sequence[Attempt], simulated: bool) -> None:
        self.claim = claim
        self._route = route
        self._attempts = [*claim.attempts, *started]
        self._simulated = simulated

    def land(self, attempt: Attempt, outcome: Outcome, *, now: int, jitter: float) -> Settlement:
        """Count an outcome and say what it means."""
        self._attempts = [
            msgspec.structs.replace(made, outcome=outcome, finished=now) if made.number == attempt.number else made
            for made in self._attempts
        ]
        return settle(
            self.claim,
            attempt,
            outcome,
            now=now,
            ahead=self._ahead(now),
            simulated=self._simulated,
            jitter=jitter,
        )

    def _counted(self, attempt: Attempt) -> Attempt:
        """Number an attempt within its way: waits grow with the tries of one way, not of all together."""
        tries = sum(made.way == attempt.way for made in self._attempts)
        return msgspec.structs.replace(attempt, number=tries)

    def _ahead(self, now: int) -> Ahead:
        message = self.claim.message
        patience = Patience(message.options)
        wish = patience.escalation
        if wish is None and len(self._attempts) == 1 and self._route.only is not None:
            (made,) = self._attempts
            if isinstance(made.outcome, Sent):  # as nearly all do: nothing is ahead
                return Ahead(sent=made, begun=made.started, budget_ms=patience.message_ms)
        last = {made.way: made for made in self._attempts}
        state = progress(self._route, self._attempts, now=now, options=message.options, heard=message)
        ways = (*state.now, *state.later) if isinstance(state, Open) else ()
        return Ahead(
            flying=any(made.outcome is None for made in self._attempts),
            fresh=any(way.key not in last for way in ways),
            waiting=tuple(self._counted(last[way.key]) for way in ways if way.key in last),
            sent=next((made for made in self._attempts if isinstance(made.outcome, Sent)), None),
            unknown=any(isinstance(made.outcome, Unknown) for made in self._attempts),
            until=state.until if isinstance(state, Open | Awaiting) else None,
            begun=min((made.started for made in self._attempts), default=None),
            budget_ms=patience.message_ms,
            awaits=wish.criteria if wish is not None else "",
        )
