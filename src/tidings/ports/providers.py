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

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Hand one message over. Never raises: whatever happens is an outcome."""
        ...
