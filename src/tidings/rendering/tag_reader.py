"""Cuts a template into text and tags, and reads what a tag says."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal[
    "print", "raw", "open", "inverse", "else", "close", "partial", "partial block", "inline", "note"
]

_ID = r"[^\s!\"#%&'()*+,./;<=>@\[\\\]^`{|}~]+"
_KEY = r"\[(?:\\\]|[^\]])*\]"
_PATH = rf"@?(?:\.\.|\.(?=[\s/)}}=|]|\Z)|{_ID}|{_KEY})(?:[./](?:\.\.|{_ID}|{_KEY})|{_KEY})*"
_WORD = re.compile(
    rf"\s*(?:(?P<text>\"(?:\\\"|[^\"])*\"|'(?:\\'|[^'])*')(?![^\s)])|(?P<open>\()|(?P<close>\))"
    rf"|as\s+\|(?P<params>[^|]*)\||(?P<key>{_ID}|{_KEY})=|(?P<path>{_PATH})(?=[\s()]|\Z))",
    re.DOTALL,
)
_PIECE = re.compile(rf"\.\.|(?P<key>\[(?:\\\]|[^\]])*\])|{_ID}|\.(?!\.)(?=\Z|/)")
_INSIDE = re.compile(r"""(?:"(?:\\"|[^"])*+"|'(?:\\'|[^'])*+'|[^}]|\}(?!\}))*+""")
"""Up to the end of a tag: in a text, braces end nothing."""
_ELSE = re.compile(r"else(?:\s+(?P<chain>\S.*))?\Z", re.DOTALL)


class TagError(ValueError):
    """Not a template; the message says why and quotes the author alone."""


class Tag(msgspec.Struct):
    """One tag, with what it says and whether it takes the space before and after it."""

    kind: Kind
    words: str
    before: bool = False
    after: bool = False


Part: TypeAlias = str | Tag


def parts(source: str) -> Iterator[Part]:
    """Cut a template. Raises `TagError`."""
    at = 0
    while (start := source.find("{{", at)) >= 0:
        slashes = len(source[at:start]) - len(source[at:start].rstrip("\\"))
        if slashes == 1:
            # Escaped: it is text, up to the next tag.
            end = source.find("{{", start + 2)
            while end > 0 and source[end - 1] == "\\":
                end -= 1
            end = len(source) if end < 0 else end
            yield source[at : start - 1] + source[start:end]
            at = end
            continue
        yield source[at : start - 1] if slashes else source[at:start]
        if source.startswith("{{{{", start):
            tag, text, at = _raw_block(source, start)
            yield from (tag, text, Tag("close", tag.words.split()[0])) if tag.words != "raw" else (text,)
            continue
        tag, at = _tag(source, start)
        yield tag
    yield source[at:]


def _raw_block(source: str, start: int) -> tuple[Tag, str, int]:
    opened = source.find("}}}}", start)
    words = source[start + 4 : opened].strip() if opened > 0 else ""
    if not words or words.startswith("/"):
        raise TagError("a raw block is not closed or has no name")
    closing = "{{{{/" + words.split()[0] + "}}}}"
    end = source.find(closing, opened)
    if end < 0:
        raise TagError(f"the raw block {words.split()[0][:60]} is not closed")
    return Tag("open", words), source[opened + 4 : end], end + len(closing)


def _tag(source: str, start: int) -> tuple[Tag, int]:
    at = start + 2
    before = source.startswith("~", at)
    at += before
    if source.startswith("!--", at):
        found = re.compile(r"--(~?)\}\}").search(source, at + 3)
        if found is None:
            raise TagError("a comment is not closed")
        return Tag("note", "", before, found[1] == "~"), found.end()
    if source.startswith("{", at):
        found = re.compile(r"\}(~?)\}\}").search(source, at + 1)
        if found is None:
            raise TagError("a tag is not closed")
        return Tag("raw", source[at + 1 : found.start()].strip(), before, found[1] == "~"), found.end()
    found = None if source.startswith("!", at) else _INSIDE.match(source, at)
    end = source.find("}}", at if found is None else found.end())
    if end < 0:
        raise TagError("a tag is not closed")
    after = source.startswith("~", end - 1) and end - 1 >= at
    return _named(source[at : end - after].strip(), before, after), end + 2


def _named(words: str, before: bool, after: bool) -> Tag:  # noqa: FBT001 (they are what they are called)
    chain = _ELSE.match(words)
    if chain is not None or words == "^":
        return Tag("else", chain["chain"] or "" if chain else "", before, after)
    for mark, kind in _MARKS:
        if words.startswith(mark):
            return Tag(kind, words[len(mark) :].strip(), before, after)
    return Tag("print", words, before, after)


_MARKS: tuple[tuple[str, Kind], ...] = (
    ("!", "note"),
    ("#*", "inline"),
    ("#>", "partial block"),
    ("#", "open"),
    ("^", "inverse"),
    ("/", "close"),
    (">", "partial"),
    ("&", "raw"),
)


class Word(msgspec.Struct, frozen=True):
    """One word of a tag: a text, a bracket, a key before its value, names after `as`, or a path."""

    kind: str
    text: str


def words_of(text: str) -> list[Word]:
    """Read what a tag says. Raises `TagError`."""
    found: list[Word] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        word = _WORD.match(text, at)
        if word is None or word.lastgroup is None:
            raise TagError(f"{text[at : at + 30].strip()!r} cannot be read")
        found.append(Word(word.lastgroup, word[word.lastgroup]))
        at = word.end()
    return found


def path_of(text: str) -> tuple[int, tuple[str, ...], bool]:
    """Split a path: how many scopes it climbs, its keys, and whether it begins with `this` or `.`. Raises `TagError`.

    In brackets any key is one: `[this]`, `[..]`.
    """
    climbs = 0
    keys: list[str] = []
    is_here = False
    for piece in _PIECE.finditer(text):
        literal = piece["key"]
        if literal is None and piece[0] in {"..", ".", "this"}:
            if keys:
                raise TagError(f"{text[:60]!r} is no path: {piece[0]} stands at the beginning only")
            climbs += piece[0] == ".."
            is_here = is_here or piece[0] != ".."
            continue
        keys.append(piece[0] if literal is None else literal[1:-1])
    return climbs, tuple(keys), is_here
