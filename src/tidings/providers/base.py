"""What every provider is: settings to fill in, a send that answers with an outcome, and a check."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from tidings.channels import Dispatch
from tidings.messages import Outcome

Secret = Annotated[str, msgspec.Meta(max_length=4096, extra={"secret": True})]
"""A setting that nobody is shown again: `catalog.masked` hides it."""


class Check(msgspec.Struct, frozen=True):
    """Whether a provider would take a message now, and if not, what to do about it."""

    ok: bool
    detail: str


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person fills in to switch a provider on."""

    @classmethod
    def respelled(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Bring other spellings to ours: camelCase, as Courier's send-time overrides write the same fields."""
        return {_CAMEL.sub(r"_\1", name).lower(): value for name, value in settings.items()}

    def __repr__(self) -> str:
        """Show no settings: a repr ends up in logs."""
        return f"{type(self).__name__}(…)"


_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


class Provider(ABC):
    """One account at one service. Safe to use from many tasks at once.

    A provider says what happened and decides nothing: `RetryLater` promises that nothing was sent, `Unknown` that
    something may have been. What it says never holds an address, a body or a secret.
    """

    key: ClassVar[str]
    channel: ClassVar[str]
    name: ClassVar[str]
    description: ClassVar[str]

    @abstractmethod
    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one message over. Answers within a bounded time."""

    @abstractmethod
    async def check(self) -> Check:
        """Log in and leave again, sending nothing."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of connections; sends under way still end. Closing twice is safe."""
