"""WhatsApp: session text, pictures, and templates that WhatsApp approved."""

from typing import Any, ClassVar

from tidings.channels import WhatsAppContent, WhatsAppTemplate
from tidings.rendering.dialect import WHATSAPP, Dialect
from tidings.rendering.json_templates import JsonTemplate
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Picture, Piece, stacked
from tidings.rendering.render_error import RenderError
from tidings.rendering.speech import Speech
from tidings.rendering.spoken import Spoken, cut
from tidings.rendering.stage import Stage
from tidings.rendering.texts import text_lines

TEXT_MAX = 4_096
MEDIA_MAX = 10


class WhatsApp(Spoken):
    """A WhatsApp message."""

    dialect: ClassVar[Dialect] = WHATSAPP
    _template: JsonTemplate | None = None

    def prepare(self, said: Speech) -> None:
        """Compile the values of an approved template."""
        template = said.raw.get("template")
        if isinstance(template, dict):
            self._template = self.json_by_hand(template, "template", said=_parameter)

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> WhatsAppContent:
        """Write the text, the title as its first line in bold, name the pictures, and fill the template in."""
        text = text_lines(pieces, WHATSAPP, gap="\n\n", pressed=True, pictured=False)
        body = cut("\n\n".join(part for part in (f"*{title}*" if title else "", text) if part), TEXT_MAX)
        template = None if self._template is None else self._filled(self._template(stage))
        media = tuple(piece.src for piece in stacked(pieces) if isinstance(piece, Picture) and piece.src)
        said = WhatsAppContent(to=occasion.recipient, body=body, template=template, media=media[:MEDIA_MAX])
        if not body and template is None and not said.image:
            raise self.nothing("there are no words, and WhatsApp shows JPEG and PNG alone" if media else "")
        return said

    def _filled(self, said: dict[str, Any]) -> WhatsAppTemplate:
        language = said.get("language")
        code = language.get("code") if isinstance(language, dict) else language
        if not isinstance(code, str) or not code:
            raise RenderError(f"{self._path}.raw.template.language", "names no language with this data")
        components = tuple(said.get("components") or ())
        return WhatsAppTemplate(name=str(said.get("name")), language=code.replace("-", "_"), components=components)


def _parameter(text: str) -> str:
    """Put a value in one line: WhatsApp refuses parameters with line ends, tabs, or more than four spaces in a row."""
    return " ".join(text.split())
