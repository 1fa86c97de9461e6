"""Globs, matched in time that grows with the text and not with the ways to match it."""

import re
from collections.abc import Callable
from typing import NamedTuple

Matcher = Callable[[str], bool]

_TOKEN = re.compile(
    r"\\(?P<literal>.)|(?P<star>\*+)|(?P<one>\?)|\[(?P<out>\^?)(?P<set>(?:\\.|[^\]\\])+)\]|(?P<other>.)", re.DOTALL
)
_MEMBER = re.compile(r"(\\.|[^\\])-(\\.|[^\\])|(\\.|.)", re.DOTALL)


class _Piece(NamedTuple):
    """What stands between two stars: every part of it is one character wide."""

    pattern: str
    text: str | None
    """The text itself when it holds nothing but literals."""
    width: int


def matcher(glob: str) -> Matcher:
    r"""Compile a glob: `*` any run, `?` one character, `[abc]`, `[a-z]`, `[^…]`, `\x` literal; the whole text.

    Between two stars the leftmost match is as good as any, so the pattern is made of atomic groups and never goes
    back. Total: what is no glob, such as a lone bracket, stands for itself.
    """
    first, *others = _pieces(glob)
    if not others:
        return first.text.__eq__ if first.text is not None else _whole(first.pattern)
    *middle, last = others
    middle = [piece for piece in middle if piece.width]
    if first.text is not None and last.text is not None:
        if not middle:
            return _between(first.text, last.text)
        if len(middle) == 1 and middle[0].text is not None and not first.text and not last.text:
            within = middle[0].text
            return lambda text: within in text
    head = re.compile(first.pattern + "".join(f"(?>.*?{piece.pattern})" for piece in middle), re.DOTALL)
    tail, width = re.compile(last.pattern, re.DOTALL), last.width

    def matches(text: str) -> bool:
        found = head.match(text)
        at = len(text) - width
        return found is not None and found.end() <= at and tail.fullmatch(text, at) is not None

    return matches


def _between(start: str, end: str) -> Matcher:
    shortest = len(start) + len(end)
    return lambda text: len(text) >= shortest and text.startswith(start) and text.endswith(end)


def _whole(pattern: str) -> Matcher:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None


def _pieces(glob: str) -> list[_Piece]:
    pieces = [_Piece("", "", 0)]
    for token in _TOKEN.finditer(glob):
        if token["star"]:
            pieces.append(_Piece("", "", 0))
            continue
        pattern, text, width = pieces[-1]
        literal = token["literal"] or token["other"]
        if literal:
            pieces[-1] = _Piece(pattern + re.escape(literal), None if text is None else text + literal, width + 1)
        else:
            one = "." if token["one"] else _set(token["set"], out=bool(token["out"]))
            pieces[-1] = _Piece(pattern + one, None, width + 1)
    return pieces


def _set(members: str, *, out: bool) -> str:
    parts = []
    for start, end, single in _MEMBER.findall(members):
        low, high = (single[-1], single[-1]) if single else (start[-1], end[-1])
        if low <= high:  # a range that runs backwards holds nothing
            parts.append(f"{re.escape(low)}-{re.escape(high)}")
    if not parts:
        return "." if out else r"(?!)."
    return f"[{'^' if out else ''}{''.join(parts)}]"
