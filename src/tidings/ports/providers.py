"""Providers, as the outbound step sees them."""

from typing import Protocol

from tidings.channels import Available, Dispatch, Way
from tidings.messages import Outcome
from tidings.workspaces import Environment


class Providers(Protocol):
    """The provider accounts that an environment may use, and handing a message to one of them."""

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """List what can be used now, in the order to try."""
        ...

    def admit(self, way: Way) -> float:
        """Take a place for one attempt at an account: 0, or after how many seconds to ask again.

        Each place is given back, by `send` or by `forgo`. One account that is slow, limited or away takes no place
        from another.
        """
        ...

    def forgo(self, way: Way) -> None:
        """Give a place back unused."""
        ...

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Hand one message over, in a place that was taken. Never raises: whatever happens is an outcome."""
        ...
