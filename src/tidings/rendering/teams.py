"""Microsoft Teams messages as Adaptive Cards."""

from typing import Any, ClassVar

import msgspec

from tidings.channels import TeamsContent
from tidings.elemental.style import Width
from tidings.rendering.dialect import MARKDOWN, Dialect
from tidings.rendering.measures import pixels
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Beside, Bullets, Given, Picture, Piece, Press, Quoted, Rule, Words, lines_of
from tidings.rendering.spoken import Spoken, cut
from tidings.rendering.stage import Stage

CARD_BYTES_MAX = 28 * 1024
"""Teams refuses more."""
_FRAME_BYTES = 400
"""What stands around the body, and after the last item that has room."""
_WORDS_MAX = 4_000
"""Characters of six bytes in JSON at most."""
MORE = "…"
ACTIONS_MAX = 6
"""Teams shows six in a row of actions and hides the rest."""
SUMMARY_MAX = 200
_COLUMN_PIXELS_MAX = 2_000

Json = dict[str, Any]

_LOOKS: dict[str, Json] = {
    "h1": {"size": "ExtraLarge", "weight": "Bolder"},
    "h2": {"size": "Large", "weight": "Bolder"},
    "h3": {"size": "Medium", "weight": "Bolder"},
    "subtext": {"size": "Small", "isSubtle": True},
    "text": {},
}


class Teams(Spoken):
    """A Teams message."""

    dialect: ClassVar[Dialect] = MARKDOWN
    takes_json = True

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> TeamsContent:
        """Draw the card, cut to what Teams takes."""
        del stage
        head = [_block(MARKDOWN.typed(title), "h2")] if title else []
        body = head + _body(pieces)
        if not body:
            raise self.nothing()
        card: Json = {
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.5",
            "msteams": {"width": "Full"},
            "body": body,
        }
        if len(msgspec.json.encode(card)) > CARD_BYTES_MAX:
            card["body"] = _fitting(body)
        return TeamsContent(to=occasion.recipient, text=cut(title or _first_words(body), SUMMARY_MAX), card=card)


def _fitting(body: list[Json]) -> list[Json]:
    """Leave out what has no room, from the end; of a first text that is too long, keep the beginning."""
    kept: list[Json] = []
    room = CARD_BYTES_MAX - _FRAME_BYTES
    for item in body:
        room -= len(msgspec.json.encode(item)) + 1
        if room < 0:
            break
        kept.append(item)
    said = [] if kept else [_block(cut(_first_words(body), _WORDS_MAX), "text")]
    return [*kept, *said, _block(MORE, "subtext")]


def _body(pieces: list[Piece] | tuple[Piece, ...]) -> list[Json]:
    body: list[Json] = []
    ruled = False
    for piece in pieces:
        drawn = _drawn(piece)
        if isinstance(piece, Rule):
            ruled = True
            continue
        for item in drawn:
            if item["type"] == "ActionSet" and body and body[-1]["type"] == "ActionSet":
                body[-1]["actions"] = [*body[-1]["actions"], *item["actions"]][:ACTIONS_MAX]
            else:
                body.append(item | {"separator": True} if ruled else item)
            ruled = False
    return body


def _drawn(piece: Piece) -> list[Json]:  # noqa: PLR0911 (one case per kind of piece)
    match piece:
        case Words(text=text, style=style):
            return [_block(text, style)]
        case Quoted(text=text):
            return [{"type": "Container", "style": "emphasis", "items": [_block(text, "text")]}]
        case Bullets():
            return [_block("\n".join(lines_of(piece, MARKDOWN.bullet)), "text")]
        case Press(label=label, href=href) if href:
            return [{"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": label or href, "url": href}]}]
        case Press(label=label) if label:
            return [_block(MARKDOWN.typed(label), "text")]
        case Picture(src=src, alt=alt, href=href) if src:
            picture: Json = {"type": "Image", "url": src, "altText": alt or "picture"}
            return [picture | {"selectAction": {"type": "Action.OpenUrl", "url": href}} if href else picture]
        case Beside(columns=columns):
            wide = _widths([column.width for column in columns])
            pairs = zip(columns, wide, strict=True)
            drawn = [{"type": "Column", "width": width, "items": _body(column.pieces)} for column, width in pairs]
            return [{"type": "ColumnSet", "columns": drawn}] if drawn else []
        case Given(blocks=blocks):
            return [block for block in blocks if isinstance(block, dict) and isinstance(block.get("type"), str)]
    return []


def _widths(said: list[Width | None]) -> list[str | int]:
    """Write widths as cards have them: percentages are weights, what has none takes its part of what they leave."""
    shares = [_share(width) for width in said]
    left = max(100 - sum(share or 0 for share in shares), 0)
    rest = max(left // max(said.count(None), 1), 1) if any(shares) else "stretch"
    return [share or _fixed(width) or rest for width, share in zip(said, shares, strict=True)]


def _share(width: Width | None) -> int | None:
    return pixels(width, of=100) if str(width).endswith("%") else None


def _fixed(width: Width | None) -> str:
    if width == "auto":
        return "auto"
    wide = pixels(width, of=_COLUMN_PIXELS_MAX)
    return f"{wide}px" if wide else ""


def _block(text: str, style: str) -> Json:
    # A single line end is none in a TextBlock's markdown; two spaces before it make it one, except in lists.
    return {
        "type": "TextBlock",
        "text": text.replace("\n", "\n\n") if "\n- " not in text else text,
        "wrap": True,
    } | _LOOKS[style]


def _first_words(body: list[Json]) -> str:
    return next((" ".join(str(item["text"]).split()) for item in body if item["type"] == "TextBlock"), "")
