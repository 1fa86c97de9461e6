"""The space around tags: what `~` takes away, and the lines that hold nothing but a tag."""

import re
from collections.abc import Sequence

import msgspec

_LINE_BEFORE = re.compile(r"\r?\n\s*?\Z")
_LINE_BEFORE_FIRST = re.compile(r"(?:^|\r?\n)\s*?\Z")
_LINE_AFTER = re.compile(r"\s*?\r?\n")
_LINE_AFTER_LAST = re.compile(r"\s*?(?:\r?\n|\Z)")
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n?")
_INDENT = re.compile(r"[ \t]+\Z")


class Text(msgspec.Struct):
    """Text between tags: as it stands, and as it is left."""

    original: str
    left: str
    is_cut_before: bool = False
    is_cut_after: bool = False


class Sides(msgspec.Struct):
    """What a node does to the text on either side of it, and whether it can stand alone on its lines."""

    before: bool = False
    after: bool = False
    alone: bool = False
    """It is one tag, which may have its line for itself."""
    first: "Sequence[object] | None" = None
    """What stands behind its first tag, if that may have its line for itself."""
    last: "Sequence[object] | None" = None
    """What stands before its last tag, if that may have its line for itself."""


def begins_line(nodes: Sequence[object], at: int, *, is_root: bool) -> bool:
    """Tell whether nothing but space stands before a place on its line."""
    if at == 0:
        return is_root
    text = nodes[at - 1]
    if not isinstance(text, Text):
        return False
    pattern = _LINE_BEFORE_FIRST if is_root and at == 1 else _LINE_BEFORE
    return pattern.search(text.original) is not None


def ends_line(nodes: Sequence[object], at: int, *, is_root: bool) -> bool:
    """Tell whether nothing but space stands behind a place on its line."""
    if at + 1 >= len(nodes):
        return is_root
    text = nodes[at + 1]
    if not isinstance(text, Text):
        return False
    pattern = _LINE_AFTER_LAST if is_root and at + 2 >= len(nodes) else _LINE_AFTER
    return pattern.match(text.original) is not None


def cut_after(nodes: Sequence[object], at: int, *, whole: bool) -> None:
    """Take the space behind a place: all of it, or the rest of the line."""
    text = nodes[at + 1] if at + 1 < len(nodes) else None
    if not isinstance(text, Text) or (not whole and text.is_cut_after):
        return
    left = text.left.lstrip() if whole else _REST_OF_LINE.sub("", text.left, count=1)
    text.is_cut_after, text.left = left != text.left, left


def cut_before(nodes: Sequence[object], at: int, *, whole: bool) -> str:
    """Take the space before a place: all of it, or the indent, which is handed back."""
    text = nodes[at - 1] if at > 0 else None
    if not isinstance(text, Text) or (not whole and text.is_cut_before):
        return ""
    left = text.left.rstrip() if whole else _INDENT.sub("", text.left)
    cut = text.left[len(left) :]
    text.is_cut_before, text.left = left != text.left, left
    return cut


def settle(nodes: Sequence[object], sides: Sequence[Sides | None], *, is_root: bool) -> list[str]:
    """Take the space that tags of one level take, and give the indent of each that stands alone on its line."""
    indents = [""] * len(nodes)
    for at, side in enumerate(sides):
        if side is None:
            continue
        begins = begins_line(nodes, at, is_root=is_root)
        ends = ends_line(nodes, at, is_root=is_root)
        if side.after:
            cut_after(nodes, at, whole=True)
        if side.before:
            cut_before(nodes, at, whole=True)
        if side.alone and begins and ends:
            cut_after(nodes, at, whole=False)
            indents[at] = cut_before(nodes, at, whole=False)
        if side.first is not None and begins:
            cut_after(side.first, -1, whole=False)
            cut_before(nodes, at, whole=False)
        if side.last is not None and ends:
            cut_after(nodes, at, whole=False)
            cut_before(side.last, len(side.last), whole=False)
    return indents
