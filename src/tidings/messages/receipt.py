"""What a provider tells us later: delivered, opened, clicked, bounced."""

import msgspec

from tidings.messages.status import Reason, Status


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One fact about one message, as its provider tells it."""

    message_id: str
    """Ours: it travelled with the message and came back."""
    status: Status
    """DELIVERED, OPENED, CLICKED or UNDELIVERABLE."""
    at: int
    """When it happened (ms), by the provider's clock."""
    id: str
    """The same each time the provider tells the same fact."""
    reason: Reason | None = None
    detail: str = ""
    url: str = ""
    """Which link was followed, where that is known."""
