"""What to do about a call that sent nothing."""

import json
from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from tidings.event_maps import segment_event_id
from tidings.inbound_events import EventStatus, InboundEvent


class Advice(msgspec.Struct, frozen=True):
    """What is known for giving advice."""

    origin: str
    """Where this server is reached: `http://127.0.0.1:8000`."""
    template_id: str
    """The newest template, or a word that stands for one."""
    event_maps: Mapping[str, str]
    """Event ids and their templates, as they stand now."""

    def on(self, event: InboundEvent) -> tuple[str, str]:
        """Say why the call ended as it did, and what to type to have such calls sent; empty when nothing is to do."""
        why = event.detail or event.reason
        if event.status is not EventStatus.UNMAPPED:
            return why, ""
        event_id = segment_event_id(event.name or "")
        mapped = self.event_maps.get(event_id)
        if event.reason == "UNPUBLISHED":
            return why, self._curl("POST", f"/notifications/{quote(mapped or self.template_id, safe='')}/publish", {})
        if mapped is not None:
            return "mapped since then: calls from now on are sent", ""
        body = {"id": self.template_id, "type": "notification"}
        return "no template is mapped to this event", self._curl("PUT", f"/events/{quote(event_id, safe='')}", body)

    def _curl(self, method: str, path: str, body: Mapping[str, str]) -> str:
        return (
            f"curl -X {method} '{self.origin}{path}' \\\n"
            "  -H 'Authorization: Bearer YOUR_API_KEY' \\\n"
            "  -H 'Content-Type: application/json' \\\n"
            f"  -d '{json.dumps(body)}'"
        )
