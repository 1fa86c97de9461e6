"""Webhook bodies."""

from typing import Any

from tidings.channels import WebhookContent
from tidings.rendering.dialect import PLAIN
from tidings.rendering.json_templates import JsonTemplate
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Piece
from tidings.rendering.speech import Speech
from tidings.rendering.spoken import Spoken, buttons
from tidings.rendering.stage import Stage
from tidings.rendering.texts import ACTIONS_MAX, text_lines


class Webhook(Spoken):
    """A webhook's body: what was written by hand, else title, body, blocks and data."""

    _payload: JsonTemplate | None = None

    def prepare(self, said: Speech) -> None:
        """Compile a body written by hand."""
        payload = said.raw.get("payload")
        if isinstance(payload, dict):
            self._payload = self.json_by_hand(payload.get("body", payload), "payload")

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> WebhookContent:
        """Put it together."""
        return WebhookContent(to=occasion.recipient, payload=self._body(title, pieces, stage, occasion))

    def _body(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> Any:
        if self._payload is not None:
            return self._payload(stage)
        body = text_lines(pieces, PLAIN, gap="\n\n", pressed=False, pictured=True)
        pressed = [{"type": "action", "text": it.content, "url": it.href} for it in buttons(pieces, ACTIONS_MAX)]
        blocks = ([{"type": "text", "text": body}] if body else []) + pressed
        return {"title": title, "body": body, "blocks": blocks, "data": dict(occasion.data)}
