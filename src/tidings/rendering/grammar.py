"""Reads Handlebars as Handlebars.js does: `tests/oracle` compares the two. What was read is played by `handlebars.py`.

Beside its paths, those of JSONPath are read: `$.data.items[0].name`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import msgspec

from tidings.rendering.render_error import RenderError
from tidings.rendering.spacing import Sides, Text, begins_line, cut_after, cut_before, ends_line, settle
from tidings.rendering.syntax import Block, Call, Constant, Inline, Lookup, Node, Partial, Print, Value
from tidings.rendering.tag_reader import Part, Tag, TagError, Word, parts, path_of, words_of

SOURCE_MAX = 1024 * 1024
"""Characters of one template: twice what content may have, for the markup around it."""
NESTING_MAX = 32
_KEPT_LENGTH_MAX = 4_096
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")


def parse(source: str, *, path: str = "") -> tuple[Node, ...]:
    """Parse a template. Raises `RenderError` at `path`."""
    if len(source) > SOURCE_MAX:
        raise RenderError(path, f"a template may have {SOURCE_MAX} characters at most")
    if "{{" not in source:
        return (source,) if source else ()
    try:
        return _parsed(source) if len(source) <= _KEPT_LENGTH_MAX else _Builder(list(parts(source))).whole()
    except TagError as error:
        raise RenderError(path, f"not a valid template: {str(error)[:200]}") from None


@lru_cache(maxsize=1_024)
def _parsed(source: str) -> tuple[Node, ...]:
    """Parse what is short enough to be kept: a field is read for each of its forms, and once more to check it."""
    return _Builder(list(parts(source))).whole()


_Made: TypeAlias = Callable[[str], Node | None]
"""What a tag comes to, made once all space is taken; it is given its indent."""
_Level: TypeAlias = list["Text | _Made"]


class _Builder:
    """Puts tags into each other, and takes the space they take."""

    def __init__(self, cut: list[Part]) -> None:
        self._parts = [part for part in cut if part != ""]
        self._at = 0

    def whole(self) -> tuple[Node, ...]:
        level, end = self._level(None, 0)
        if end is not None:
            raise TagError(f"{{{{{end.kind}}}}} stands where no block is open")
        return _finished(level)

    def _level(self, block: str | None, depth: int) -> tuple[_Level, Tag | None]:
        """Read one level, up to the tag that ends it, which is handed back."""
        if depth > NESTING_MAX:
            raise TagError(f"blocks may be {NESTING_MAX} deep at most")
        level: _Level = []
        sides: list[Sides | None] = []
        end: Tag | None = None
        while self._at < len(self._parts):
            part = self._parts[self._at]
            self._at += 1
            if isinstance(part, str):
                level.append(Text(part, part))
                sides.append(None)
            elif part.kind in {"else", "close"}:
                end = part
                break
            else:
                made, side = self._tag(part, depth)
                level.append(made)
                sides.append(side)
        if end is None and block is not None:
            raise TagError(f"the block {block[:60]} is not closed")
        indents = settle(level, sides, is_root=depth == 0)
        return [_with_indent(item, indent) for item, indent in zip(level, indents, strict=True)], end

    def _tag(self, tag: Tag, depth: int) -> tuple[_Made, Sides]:
        sides = Sides(before=tag.before, after=tag.after)
        match tag.kind:
            case "note":
                sides.alone = True
                return lambda _: None, sides
            case "partial":
                sides.alone = True
                partial = _partial(tag.words)
                return lambda indent: msgspec.structs.replace(partial, indent=indent), sides
            case "open" | "inverse":
                return self._block(tag, depth)
            case "inline" | "partial block":
                return self._body(tag, depth)
        printed = Print(_call_of(words_of(tag.words)), tag.kind == "raw")
        return lambda _: printed, sides

    def _body(self, tag: Tag, depth: int) -> tuple[_Made, Sides]:
        words = words_of(tag.words)
        name = "inline" if tag.kind == "inline" else _unquoted(words[0]) if words else ""
        level, end = self._level(name, depth + 1)
        close = _closing(name, end)
        _take_inner(level, tag, close)
        sides = _sides(tag, level, level, close)
        if tag.kind == "partial block":
            partial = _partial(tag.words)
            return lambda _: msgspec.structs.replace(partial, body=_finished(level)), sides
        if len(words) != 2 or words[0].text != "inline":
            raise TagError("the only decorator is #*inline with a name")
        own = _unquoted(words[1])
        return lambda _: Inline(own, _finished(level)), sides

    def _block(self, tag: Tag, depth: int) -> tuple[_Made, Sides]:
        words = words_of(tag.words)
        if not words:
            raise TagError("a block has no name")
        halves = self._halves(tag, _unquoted(words[0]), depth)
        sides = _sides(tag, halves.body, halves.last, halves.close)
        call = _call_of(words)
        is_inverse = tag.kind == "inverse"

        def made(_: str) -> Block:
            first, second = _finished(halves.body), _finished(halves.inverse or [])
            return Block(call, second, first) if is_inverse else Block(call, first, second)

        return made, sides

    def _halves(self, tag: Tag, name: str, depth: int) -> "_Halves":
        body, end = self._level(name, depth + 1)
        if end is None or end.kind != "else":
            close = _closing(name, end)
            _take_inner(body, tag, close)
            return _Halves(body, None, body, close)
        if end.words:
            # `{{else if x}}` is a block within the else; the same tag closes both. What stands before that is taken
            # to be the last such block's body, even when an `{{else}}` follows it.
            inner = self._halves(msgspec.structs.replace(end, before=False), name, depth + 1)
            call = _call_of(words_of(end.words))
            inverse: _Level = [lambda _: Block(call, _finished(inner.body), _finished(inner.inverse or []))]
            _take_inner(body, tag, end)
            _take_else(body, inner.body)
            return _Halves(body, inverse, inner.last if inner.is_chained else inner.body, inner.close, is_chained=True)
        inverse, closed = self._level(name, depth + 1)
        close = _closing(name, closed)
        _take_inner(body, tag, end)
        _take_inner(inverse, end, close)
        _take_else(body, inverse)
        return _Halves(body, inverse, inverse, close)


class _Halves(msgspec.Struct):
    """What a block shows and what it shows instead, and where it ends."""

    body: _Level
    inverse: _Level | None
    last: _Level
    """What is taken to stand before the closing tag."""
    close: Tag
    is_chained: bool = False
    """Its inverse is `{{else if …}}`."""


def _take_inner(level: _Level, opens: Tag, closes: Tag) -> None:
    """Take the space that the tags around a level take from it."""
    if opens.after:
        cut_after(level, -1, whole=True)
    if closes.before:
        cut_before(level, len(level), whole=True)


def _take_else(body: _Level, inverse: _Level) -> None:
    """Take the line that `{{else}}` has for itself."""
    if begins_line(body, len(body), is_root=False) and ends_line(inverse, -1, is_root=False):
        cut_before(body, len(body), whole=False)
        cut_after(inverse, -1, whole=False)


def _sides(tag: Tag, first: _Level, last: _Level, close: Tag) -> Sides:
    return Sides(
        before=tag.before,
        after=close.after,
        first=first if ends_line(first, -1, is_root=False) else None,
        last=last if begins_line(last, len(last), is_root=False) else None,
    )


def _with_indent(item: "Text | _Made", indent: str) -> "Text | _Made":
    return item if isinstance(item, Text) else lambda _: item(indent)


def _finished(level: _Level) -> tuple[Node, ...]:
    """Make everything, once all space is taken."""
    found = (item.left if isinstance(item, Text) else item("") for item in level)
    return tuple(node for node in found if node is not None and node != "")


def _closing(name: str, end: Tag | None) -> Tag:
    if end is None or end.kind != "close":
        raise TagError(f"{name[:60]} has more than one {{{{else}}}}")
    words = words_of(end.words)
    if len(words) != 1 or _unquoted(words[0]) != name:
        raise TagError(f"{name[:60]} is closed by {end.words[:60]}")
    return end


def _unquoted(word: Word) -> str:
    return word.text[1:-1].replace("\\" + word.text[0], word.text[0]) if word.kind == "text" else word.text


def _partial(words: str) -> Partial:
    read = words_of(words)
    if not read or read[0].kind not in {"path", "text", "open"}:
        raise TagError("a partial has no name")
    name: str | Value
    if read[0].kind == "open":
        name, at = _value(read, 0, 0)
    else:
        name, at = _unquoted(read[0]), 1
        if name.startswith("[") and name.endswith("]"):
            name = name[1:-1]
    args, named, _, at = _arguments(read, at, 0)
    if at < len(read) or len(args) > 1:
        raise TagError("a partial takes one context, and named values")
    return Partial(name, args[0] if args else None, named)


def _call_of(words: list[Word]) -> Call:
    call, at = _call(words, 0, 0)
    if at < len(words):
        raise TagError(f"{words[at].text[:30]!r} is unexpected")
    return call


def _call(words: list[Word], at: int, depth: int) -> tuple[Call, int]:
    if depth > NESTING_MAX:
        raise TagError(f"subexpressions may be {NESTING_MAX} deep at most")
    if at >= len(words):
        raise TagError("a tag is empty")
    word = words[at]
    if word.kind == "open":
        raise TagError("a helper's name is written, not found")
    if word.kind not in {"path", "text"}:
        raise TagError(f"{word.text[:30]!r} stands where a name should")
    name = _unquoted(word)
    path = Lookup((name,)) if word.kind == "text" or name in _WORDS or _NUMBER.match(name) else _lookup(name)
    args, named, params, at = _arguments(words, at + 1, depth)
    return Call(name, tuple(args), named, params, path), at


def _arguments(words: list[Word], at: int, depth: int) -> tuple[list[Value], dict[str, Value], tuple[str, ...], int]:
    args: list[Value] = []
    named: dict[str, Value] = {}
    params: tuple[str, ...] = ()
    while at < len(words) and words[at].kind != "close":
        word = words[at]
        if params:
            raise TagError("names after `as` stand last")
        if word.kind == "params":
            params, at = tuple(word.text.split()), at + 1
        elif word.kind == "key":
            value, at = _value(words, at + 1, depth)
            named[word.text.strip("[]")] = value
        elif named:
            raise TagError("named values stand behind all others")
        else:
            value, at = _value(words, at, depth)
            args.append(value)
    return args, named, params, at


def _value(words: list[Word], at: int, depth: int) -> tuple[Value, int]:
    if at >= len(words):
        raise TagError("a value is missing")
    word = words[at]
    match word.kind:
        case "open":
            call, at = _call(words, at + 1, depth + 1)
            if at >= len(words) or words[at].kind != "close":
                raise TagError("a bracket is not closed")
            return call, at + 1
        case "text":
            return Constant(_unquoted(word)), at + 1
        case "path" if word.text in _WORDS:
            return Constant(_WORDS[word.text]), at + 1
        case "path" if _NUMBER.match(word.text):
            return Constant(float(word.text) if "." in word.text else int(word.text[:300])), at + 1
        case "path":
            return _lookup(word.text), at + 1
    raise TagError(f"{word.text[:30]!r} stands where a value should")


def _lookup(text: str) -> Lookup:
    if text.startswith("@"):
        climbs, keys, _ = path_of(text[1:])
        return Lookup((*[".."] * climbs, *keys), start="@")
    climbs, keys, is_here = path_of(text)
    if keys[:1] == ("$",) and not climbs:
        return Lookup(tuple(key.strip("\"'") for key in keys[1:]), start="$")
    return Lookup(keys, climbs, is_here=is_here)
