"""Slack messages in Block Kit, within its limits."""

from typing import Any, ClassVar

from tidings.channels import SlackContent
from tidings.rendering.dialect import SLACK, Dialect, slack_url
from tidings.rendering.json_templates import JsonTemplate
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Bullets, Given, Picture, Piece, Press, Quoted, Rule, Words, lines_of, stacked
from tidings.rendering.printing import slack_escaped
from tidings.rendering.speech import Speech
from tidings.rendering.spoken import Spoken, cut
from tidings.rendering.stage import Stage

BLOCKS_MAX = 50
SECTION_MAX = 3_000
HEADER_MAX = 150
ROW_MAX = 25
"""Buttons of one row."""
LABEL_MAX = 75
URL_MAX = 3_000
TEXT_MAX = 4_000
"""Characters of `text`; Slack cuts at 40 000, and nobody is notified of more."""

Block = dict[str, Any]


class Slack(Spoken):
    """A Slack message."""

    dialect: ClassVar[Dialect] = SLACK
    takes_json = True
    _blocks: JsonTemplate | None = None

    def prepare(self, said: Speech) -> None:
        """Compile blocks written by hand."""
        blocks = said.raw.get("slackBlocks")
        if isinstance(blocks, dict):
            blocks = blocks.get("blocks", [blocks])
        if isinstance(blocks, list):
            self._blocks = self.json_by_hand(blocks, "slackBlocks", said=_tame)

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> SlackContent:
        """Draw the blocks; `text` says the same for notifications."""
        flat = stacked(pieces)
        if self._blocks is not None:
            blocks = [block for block in self._blocks(stage) if isinstance(block, dict)]
        else:
            blocks = _drawn(title, flat)
        said = [slack_escaped(title)] if title else []
        said += [text for piece in flat if (text := _text(piece))]
        text = cut("\n".join(said), TEXT_MAX)
        if not blocks and not text:
            raise self.nothing()
        return SlackContent(to=occasion.recipient, text=text, blocks=tuple(blocks[:BLOCKS_MAX]))


def _tame(text: str) -> str:
    """Keep what variables bring from being a mention, a broadcast or a link; addresses stay whole."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _drawn(title: str, pieces: list[Piece]) -> list[Block]:  # noqa: C901 (one case per kind of piece)
    blocks: list[Block] = []
    if title:
        blocks.append({"type": "header", "text": _plain(title, HEADER_MAX)})
    for index, piece in enumerate(pieces):
        match piece:
            case Press(href=href) if href and len(href) <= URL_MAX:
                if blocks and blocks[-1]["type"] == "actions" and len(blocks[-1]["elements"]) < ROW_MAX:
                    blocks[-1]["elements"].append(_button(piece, index))
                else:
                    blocks.append({"type": "actions", "elements": [_button(piece, index)]})
            case Picture(src=src, alt=alt) if src.startswith("http") and len(src) <= URL_MAX:
                blocks.append({"type": "image", "image_url": src, "alt_text": alt[:2000] or "picture"})
            case Rule():
                blocks.append({"type": "divider"})
            case Given(blocks=given):
                blocks += [_tamed(block) for block in given if isinstance(block, dict) and block.get("type")]
            case Words(text=text, style="h1") if not any(mark in text for mark in "*_~<\n&"):
                blocks.append({"type": "header", "text": _plain(text, HEADER_MAX)})
            case Words(text=text, style="subtext"):
                blocks.append({"type": "context", "elements": [_mrkdwn(cut(text, SECTION_MAX))]})
            case _ if text := _text(piece):
                blocks += [{"type": "section", "text": _mrkdwn(part)} for part in _parts(text)]
    return blocks


def _text(piece: Piece) -> str:  # noqa: PLR0911 (one case per kind of piece)
    match piece:
        case Words(text=text, style="h1" | "h2" | "h3"):
            return text if text.startswith("*") or "\n" in text else f"*{text}*"
        case Words(text=text):
            return text
        case Quoted(text=text):
            return "\n".join(f"> {line}" for line in text.split("\n"))
        case Press(label=label, href=href):
            return f"<{slack_url(href)}|{slack_escaped(label)}>" if href else slack_escaped(label)
        case Picture(alt=alt):
            return slack_escaped(alt)
        case Bullets():
            return "\n".join(lines_of(piece, SLACK.bullet))
    return ""


def _parts(text: str) -> list[str]:
    """Cut at lines where it is longer than a section may be."""
    parts: list[str] = []
    while len(text) > SECTION_MAX:
        at = text.rfind("\n", 0, SECTION_MAX)
        at = at if at > 0 else SECTION_MAX
        parts.append(text[:at])
        text = text[at:].lstrip("\n")
    return [*parts, text] if text else parts


def _button(piece: Press, index: int) -> Block:
    button: Block = {
        "type": "button",
        "text": _plain(piece.label or piece.href, LABEL_MAX),
        "url": piece.href,
        "action_id": (piece.action_id or f"action_{index}")[:255],
    }
    return button | {"style": "primary"} if piece.style == "button" else button


def _plain(text: str, longest: int) -> Block:
    return {"type": "plain_text", "text": cut(text, longest), "emoji": True}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _tamed(value: Any) -> Any:
    match value:
        case str():
            return _tame(value)
        case dict():
            return {key: _tamed(item) for key, item in value.items()}
        case list():
            return [_tamed(item) for item in value]
    return value
