"""What one try at one provider said: a closed family, and one `match` decides what each means."""

import msgspec

from tidings.messages.status import Reason


class Sent(msgspec.Struct, frozen=True, tag=True):
    """The provider took it."""

    reference: str | None = None
    """The provider's own id for it."""
    detail: str = ""


class Undeliverable(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """This provider will never take it; another still may."""

    reason: Reason
    detail: str
    for_good: bool = False
    """The service says that nothing should go to this address any more: it is dead, or its owner wants nothing."""

    @property
    def kept_back(self) -> bool:
        """Tell whether a condition kept it back: then no provider was asked."""
        return self.reason is Reason.FILTERED


class RetryLater(msgspec.Struct, frozen=True, tag=True):
    """Nothing was sent: waiting is safe."""

    detail: str
    after_s: float | None = None
    """What the provider asked for, when it did."""


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """It may have been sent: the policy in `sending/` decides, never a provider."""

    detail: str
    repeatable_s: float = 0
    """For so long the provider knows a repetition by its idempotency key: asking it again, and it alone, is safe."""


Outcome = Sent | Undeliverable | RetryLater | Unknown
