"""What a message says, channel aside: conditions decided, loops run, values filled in."""

from typing import Any, Literal, TypeAlias

import msgspec

from tidings.elemental.style import Width

TextStyle: TypeAlias = Literal["text", "h1", "h2", "h3", "subtext"]


class Words(msgspec.Struct, frozen=True):
    """A paragraph or heading, in the channel's dialect."""

    text: str
    style: TextStyle = "text"


class Quoted(msgspec.Struct, frozen=True):
    """Somebody's words."""

    text: str


class Press(msgspec.Struct, frozen=True):
    """A button. Its label is plain; its address is safe, or empty."""

    label: str
    href: str
    action_id: str
    style: Literal["button", "secondary", "tertiary", "link"]


class Picture(msgspec.Struct, frozen=True):
    """A picture; addresses are safe, or empty. The alternative text is plain."""

    src: str
    alt: str
    href: str


class Rule(msgspec.Struct, frozen=True):
    """A line between parts."""


class Bullet(msgspec.Struct, frozen=True):
    """An item of a list, with the lists in it."""

    text: str
    inner: "tuple[Bullets, ...]" = ()


class Bullets(msgspec.Struct, frozen=True):
    """A list."""

    ordered: bool
    items: tuple[Bullet, ...]


class Side(msgspec.Struct, frozen=True):
    """A column, and how wide its author wants it."""

    pieces: "tuple[Piece, ...]"
    width: Width | None = None


class Beside(msgspec.Struct, frozen=True):
    """Columns."""

    columns: tuple[Side, ...]


class Given(msgspec.Struct, frozen=True):
    """Blocks in the service's own form, as an author wrote them."""

    blocks: tuple[Any, ...]


Piece: TypeAlias = Words | Quoted | Press | Picture | Rule | Bullets | Beside | Given


def stacked(pieces: tuple[Piece, ...] | list[Piece]) -> list[Piece]:
    """Put columns below each other."""
    flat: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Beside):
            for column in piece.columns:
                flat += stacked(column.pieces)
        else:
            flat.append(piece)
    return flat


def lines_of(bullets: Bullets, mark: str, indent: str = "") -> list[str]:
    """Write a list in lines: each item behind its mark or number."""
    lines: list[str] = []
    for number, item in enumerate(bullets.items, 1):
        head = f"{number}. " if bullets.ordered else mark
        pad = " " * len(head)
        lines.append(indent + head + item.text.replace("\n", f"\n{indent}{pad}"))
        for inner in item.inner:
            lines += lines_of(inner, mark, indent + pad)
    return lines
