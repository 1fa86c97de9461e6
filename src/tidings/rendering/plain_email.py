"""An email's plain text, from its outline."""

from tidings.rendering.dialect import PLAIN
from tidings.rendering.pieces import Bullets, Picture, Piece, Press, Quoted, Rule, Words, lines_of, stacked
from tidings.rendering.plain_html import written
from tidings.rendering.wrap import WIDTH

_RULE = "-" * 40
_UNDERLINES = {"h1": "=", "h2": "-"}


def plain_email(pieces: list[Piece]) -> str:
    """Write the pieces one below the other."""
    return "\n\n".join([said for piece in stacked(pieces) if (said := _said(piece))])


def _said(piece: Piece) -> str:  # noqa: PLR0911 (one case per kind of piece)
    match piece:
        case Words(text=text):
            mark = _UNDERLINES.get(piece.style)
            return text if mark is None else f"{text}\n{mark * min(WIDTH, len(text.rpartition(chr(10))[2]))}"
        case Quoted(text=text):
            return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        case Press(label=label, href=href):
            return f"{label}: {href}" if href else label
        case Picture(alt=alt, href=href):
            called = f"[{alt}]" if alt else ""
            return called + written(href, called)
        case Rule():
            return _RULE
        case Bullets():
            return "\n".join(lines_of(piece, PLAIN.bullet))
    return ""
