"""How long a message waits for whom: the `timeout` of a request to send (courier-semantics.md §8). Pure."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tidings.messages import Message

PROVIDER_MS = 5 * 60_000
"""How long one provider may say "later" before the next is asked as well."""
CHANNEL_MS = 30 * 60_000
"""How long the providers of one channel have together before the next channel is asked; the wait for news, too."""
MESSAGE_MS = 72 * 3_600_000
"""How long a message is tried at all. Each of these begins with the first attempt that it holds."""
LONGEST_MS = 90 * 86_400_000
"""Nothing waits longer."""

Criteria = Literal["delivered", "viewed", "engaged"]
_MOMENTS: dict[Criteria, tuple[str, ...]] = {
    "delivered": ("delivered", "opened", "clicked"),
    "viewed": ("opened", "clicked"),
    "engaged": ("clicked",),
}


class Escalation(msgspec.Struct, frozen=True):
    """What must be heard of a message in time, or else the next channel is asked."""

    criteria: Criteria
    wait_ms: int | None
    """Since the message was taken; None for as long as the channel has."""

    def is_met(self, message: Message) -> bool:
        """Tell whether it was heard."""
        return any(getattr(message, moment) is not None for moment in _MOMENTS[self.criteria])


class Patience:
    """Reads the timeouts of one message. What a provider or channel says of its own beats what the message says."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._whole = _timeouts(options)

    @property
    def message_ms(self) -> int:
        """Give the budget of the message (ms)."""
        return _first(self._whole.get("message"), MESSAGE_MS)

    def channel_ms(self, channel: str) -> int:
        """Give the budget of a channel (ms)."""
        own = self._own("channels", channel)
        inner = own.get("channel") if isinstance(own, Mapping) else own
        return _first(_named(inner, channel), _named(self._whole.get("channel"), channel), CHANNEL_MS)

    def provider_ms(self, channel: str, provider: str) -> int:
        """Give the budget of a provider (ms)."""
        own = self._own("providers", provider)
        inner = own.get("provider") if isinstance(own, Mapping) else own
        by_channel = self._own("channels", channel)
        within = by_channel.get("provider") if isinstance(by_channel, Mapping) else None
        whole = self._whole.get("provider")
        return _first(_named(inner, provider), _named(within, provider), _named(whole, provider), PROVIDER_MS)

    @property
    def escalation(self) -> Escalation | None:
        """Read what must be heard; None when being taken is enough."""
        criteria = self._whole.get("criteria") if self._whole else None
        if criteria not in _MOMENTS:
            return None
        wait_ms = self._whole.get("escalation")
        return Escalation(criteria, _ms(wait_ms))

    def _own(self, kind: str, name: str) -> Any:
        settings = self._options.get(kind)
        mine = settings.get(name) if isinstance(settings, Mapping) else None
        if not isinstance(mine, Mapping):
            return None
        return next((mine[word] for word in ("timeouts", "timeout") if mine.get(word) is not None), None)


def _timeouts(options: Mapping[str, Any]) -> Mapping[str, Any]:
    found = next((options[word] for word in ("timeout", "timeouts") if options.get(word) is not None), None)
    return found if isinstance(found, Mapping) else {}


def _named(value: Any, name: str) -> Any:
    """Pick from what is one number for all, or one for each name."""
    return value.get(name) if isinstance(value, Mapping) else value


def _first(*values: Any) -> int:
    return next(found for value in values if (found := _ms(value)) is not None)


def _ms(value: Any) -> int | None:
    """Read milliseconds; None for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(min(value, LONGEST_MS)) if is_number and value >= 0 else None
