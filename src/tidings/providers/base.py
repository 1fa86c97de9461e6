"""What every provider is: settings to fill in, a send that answers with an outcome, and a check."""

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec

from tidings.channels import Dispatch
from tidings.errors import NotFound
from tidings.messages import Outcome, Receipt
from tidings.providers.webhook import Webhook
from tidings.suppressions import Texted

MASK = "********"
"""What stands for a secret wherever settings are shown."""
Secret = Annotated[str, msgspec.Meta(max_length=4096, extra={"secret": True})]
"""A setting that nobody is shown again: `catalog.masked` hides it."""


Line = Annotated[str, msgspec.Meta(max_length=512, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A setting of one line."""
Required = Annotated[str, msgspec.Meta(min_length=1, max_length=512, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A setting of one line that may not be empty."""


def means(words: str) -> msgspec.Meta:
    """Say in a sentence what a setting means: the catalogue shows it."""
    return msgspec.Meta(description=words)


class Check(msgspec.Struct, frozen=True):
    """Whether a provider would take a message now, and if not, what to do about it."""

    ok: bool
    detail: str


class RateLimit(msgspec.Struct, frozen=True):
    """At most so many messages in each period; what is more waits."""

    rate: Annotated[int, msgspec.Meta(gt=0, le=1_000_000)]
    period: Literal["second", "minute", "hour"]

    @property
    def interval_s(self) -> float:
        """Seconds between two messages."""
        return {"second": 1, "minute": 60, "hour": 3600}[self.period] / self.rate


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation lends to each provider account."""

    email_from: str = ""
    """Sender of emails that name none."""
    receipts_url: str = ""
    """Where the service may report what became of a message; empty when this installation has no public URL."""
    private_urls: bool = False
    """Whether URLs that somebody outside chose may lead into private networks."""


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person fills in to switch a provider on."""

    FIXED: ClassVar[frozenset[str]] = frozenset()
    """Settings that no message may change."""

    rate_limit: Annotated[
        RateLimit | None, means("At most so many messages in each second, minute or hour; what is more waits.")
    ] = None

    @classmethod
    def respelled(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Bring other spellings to ours: camelCase, as Courier's send-time overrides write the same fields."""
        return {_CAMEL.sub(r"_\1", name).lower(): value for name, value in settings.items()}

    def without_secrets(self) -> Self:
        """Give settings with which an account can write requests and open nothing: each secret is `********`.

        What is written with them holds no secret, and nothing that was made of one.
        """
        given = [name for name in secret_fields(type(self)) if getattr(self, name)]
        return msgspec.structs.replace(self, **dict.fromkeys(given, MASK))

    def __repr__(self) -> str:
        """Show no settings: a repr ends up in logs."""
        return f"{type(self).__name__}(…)"


@functools.cache
def secret_fields(kind: type[ProviderSettings]) -> tuple[str, ...]:
    """Name the settings that are secrets."""
    found = msgspec.inspect.type_info(kind)
    fields = found.fields if isinstance(found, msgspec.inspect.StructType) else ()
    return tuple(
        field.name
        for field in fields
        if isinstance(field.type, msgspec.inspect.Metadata) and (field.type.extra or {}).get("secret")
    )


def secrets_of(settings: ProviderSettings) -> tuple[str, ...]:
    """List the secrets among settings, so that they can be kept out of what is told."""
    values = (getattr(settings, name) for name in secret_fields(type(settings)))
    return tuple(value for value in values if isinstance(value, str) and value)


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
    OVERRIDES: ClassVar[frozenset[str]] = frozenset({"config"})
    """What a message may change of how it is sent (`Dispatch.override`); whoever asks for more is told so."""
    TELLS_WHEN: ClassVar[bool] = False
    """Whether it calls `Dispatch.handing` by itself, later than when it is asked to send."""

    @abstractmethod
    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one message over. Answers within a bounded time."""

    @classmethod
    def repeatable_s(cls) -> float:
        """Tell for how long the service knows a repeated message by its key; 0 when it does not."""
        return 0

    async def receive(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """Read what the service tells of messages sent before, and who answered STOP or START.

        Raises `NotAuthenticated` for a wrong signature, `InvalidInput` for what is signed and unreadable. What it tells
        that is not about a message of ours, or is no news of delivery, is left out.
        """
        del webhook
        raise NotFound(f"{self.name} reports nothing of what became of a message")

    WELL_TAKEN: ClassVar[str] = ""
    """What a webhook that was taken is answered with, where the service reads that: XML."""

    def challenge(self, webhook: Webhook) -> str | None:
        """Answer a service that asks whether it has the right door; None when it does not ask."""
        del webhook
        return None

    @abstractmethod
    async def check(self) -> Check:
        """Log in and leave again, sending nothing."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of connections; sends under way still end. Closing twice is safe."""
