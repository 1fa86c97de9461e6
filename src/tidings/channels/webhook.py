"""What a webhook can carry."""

from collections.abc import Mapping
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

    def with_parts(self, parts: Mapping[str, Any]) -> "WebhookContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        return msgspec.structs.replace(self, payload=parts.get("body", self.payload))
