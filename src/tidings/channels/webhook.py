"""What a webhook can carry."""

from typing import Any

import msgspec


class WebhookContent(msgspec.Struct, frozen=True, kw_only=True):
    """One request body: the template's own `raw.payload.body`, else title, body, blocks and data."""

    to: str
    """The address that is called."""
    payload: Any
    """JSON."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"body": self.payload}
