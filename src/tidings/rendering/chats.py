"""Discord and Telegram messages."""

import html
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from tidings.channels import Button, DiscordContent, TelegramContent
from tidings.rendering.dialect import MARKDOWN, TELEGRAM, Dialect
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Bullets, Picture, Piece, Quoted, Rule, Words, lines_of, stacked
from tidings.rendering.printing import tag_escaped
from tidings.rendering.spoken import Spoken, buttons, cut
from tidings.rendering.stage import Stage

DISCORD_MAX = 2_000
EMBEDS_MAX = 10
ROW_MAX = 5
"""Discord's buttons of one row, and its rows."""
LABEL_MAX = 80
TELEGRAM_MAX = 4_096
BUTTONS_MAX = 20
"""Of Telegram's keyboard."""
_GAP = "\n\n"
_ROOM_LEFT = 32
"""Characters in which something can still be said."""
_TAG = re.compile(r"<[^>]*>")
_HEADS = {"h1": "# ", "h2": "## ", "h3": "### ", "subtext": "-# "}


class Discord(Spoken):
    """A Discord message."""

    dialect: ClassVar[Dialect] = MARKDOWN

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> DiscordContent:
        """Write the text; pictures become embeds, buttons rows."""
        del stage
        flat = stacked(pieces)
        said = [f"**{MARKDOWN.typed(title)}**"] if title else []
        said += [text for piece in flat if (text := _markdown(piece))]
        pressed = [button for button in buttons(pieces, ROW_MAX * ROW_MAX) if button.href.startswith("http")]
        content = cut("\n".join(said or _labels(pressed, MARKDOWN)), DISCORD_MAX)
        embeds = [
            {"image": {"url": piece.src}, **({"title": piece.alt[:256]} if piece.alt else {})}
            for piece in flat
            if isinstance(piece, Picture) and piece.src.startswith("http")
        ]
        if not content and not embeds:
            raise self.nothing()
        rows = [
            {"type": 1, "components": [_button(button) for button in pressed[at : at + ROW_MAX]]}
            for at in range(0, len(pressed), ROW_MAX)
        ]
        return DiscordContent(
            to=occasion.recipient, content=content, embeds=tuple(embeds[:EMBEDS_MAX]), components=tuple(rows)
        )


def _button(button: Button) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": (button.content or button.href)[:LABEL_MAX], "url": button.href[:512]}


def _markdown(piece: Piece) -> str:
    match piece:
        case Words(text=text, style=style) if style in _HEADS and "\n" not in text:
            return _HEADS[style] + text
        case Words(text=text):
            return text
        case Quoted(text=text):
            return "\n".join(f"> {line}" for line in text.split("\n"))
        case Rule():
            return "———"
        case Bullets():
            return "\n".join(lines_of(piece, MARKDOWN.bullet))
    return ""


class Telegram(Spoken):
    """A Telegram message."""

    dialect: ClassVar[Dialect] = TELEGRAM

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> TelegramContent:
        """Write the text, cut to what Telegram takes."""
        del stage
        flat = stacked(pieces)
        said = [f"<b>{tag_escaped(title)}</b>"] if title else []
        said += [text for piece in flat if (text := _tagged(piece))]
        pressed = buttons(pieces, BUTTONS_MAX)
        text = _fitting(said or _labels(pressed, TELEGRAM))
        if not text:
            raise self.nothing()
        return TelegramContent(to=occasion.recipient, text=text, keyboard=tuple((button,) for button in pressed))


def _labels(pressed: Sequence[Button], dialect: Dialect) -> list[str]:
    """Say what buttons say, where they are all there is: no chat takes buttons below nothing."""
    return [dialect.typed(button.content or button.href) for button in pressed]


def _fitting(said: list[str]) -> str:
    """Join the parts. The first that has no room is said without its tags, which cannot be cut, and is the last."""
    text = _GAP.join(said)
    if len(text) <= TELEGRAM_MAX:
        return text
    kept: list[str] = []
    room = TELEGRAM_MAX
    for part in said:
        if len(part) > room - _ROOM_LEFT:
            kept.append(_untagged(part, room))
            break
        kept.append(part)
        room -= len(part) + len(_GAP)
    return _GAP.join(kept)


def _untagged(part: str, room: int) -> str:
    words = cut(html.unescape(_TAG.sub("", part)) + "…", room)
    while len(escaped := tag_escaped(words)) > room:
        words = cut(words, max(1, len(words) * 3 // 4))
    return escaped


def _tagged(piece: Piece) -> str:  # noqa: PLR0911 (one case per kind of piece)
    match piece:
        case Words(text=text, style="h1" | "h2" | "h3"):
            return f"<b>{text}</b>"
        case Words(text=text, style="subtext"):
            return f"<i>{text}</i>"
        case Words(text=text):
            return text
        case Quoted(text=text):
            return f"<blockquote>{text}</blockquote>"
        case Picture(src=src, alt=alt) if src:
            return f'<a href="{tag_escaped(src)}">{tag_escaped(alt or src)}</a>'
        case Rule():
            return "———"
        case Bullets():
            return "\n".join(lines_of(piece, TELEGRAM.bullet))
    return ""
