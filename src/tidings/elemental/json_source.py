"""The part of Jsonnet that Courier's blocks use: JSON that names variables (courier-semantics.md §13.2).

Objects, arrays, text in either quotes, numbers, `true`, `false`, `null`, comments, keys without quotes, commas too
many, paths as `data.name`, `std.extVar('data').name` and `data('name')`, and `+` between them. No functions, no
imports.
"""

import re
from typing import TypeAlias

import msgspec

SOURCE_MAX = 64 * 1024
"""Characters: more than twice what Slack or Teams take."""
DEPTH_MAX = 32

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/
    |(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')
    |(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<mark>[{}\[\]():,.+])""",
    re.DOTALL | re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}
_ROOTS = frozenset({"data", "profile", "tenant", "brand"})


class Variable(msgspec.Struct, frozen=True):
    """A value looked up when the message is rendered."""

    path: tuple[str, ...]


class Joined(msgspec.Struct, frozen=True):
    """Parts joined to one text; numbers alone are added."""

    of: tuple["JsonSource", ...]


class JsonObject(msgspec.Struct, frozen=True):
    """An object."""

    fields: tuple[tuple[str, "JsonSource"], ...]


class JsonArray(msgspec.Struct, frozen=True):
    """An array."""

    items: tuple["JsonSource", ...]


JsonSource: TypeAlias = str | float | bool | Variable | Joined | JsonObject | JsonArray | None


class JsonSourceError(ValueError):
    """Outside of the language; the message quotes where."""


def read_json_source(source: str) -> JsonSource:
    """Read it. Raises `JsonSourceError`."""
    if len(source) > SOURCE_MAX:
        raise JsonSourceError(f"may have {SOURCE_MAX} characters at most")
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._tokens = _tokens(source)
        self._at = 0
        self._depth = 0

    def read(self) -> JsonSource:
        whole = self._sum()
        if self._at < len(self._tokens):
            raise JsonSourceError(f"{self._tokens[self._at][1][:20]!r} is unexpected, or Jsonnet that is not supported")
        return whole

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, mark: str) -> bool:
        if self._peek() == ("mark", mark):
            self._at += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            found = self._peek()[1][:20] or "the end"
            raise JsonSourceError(f"{mark!r} is expected where {found!r} stands")

    def _sum(self) -> JsonSource:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise JsonSourceError(f"may be {DEPTH_MAX} levels deep at most")
        parts = [self._value()]
        while self._take("+"):
            parts.append(self._value())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def _value(self) -> JsonSource:  # noqa: PLR0911 (one case per kind of value)
        kind, text = self._peek()
        self._at += 1
        match kind, text:
            case "text", _:
                return _text(text)
            case "number", _:
                return float(text)
            case "name", _ if text in _WORDS:
                return _WORDS[text]
            case "name", _:
                return self._variable(text)
            case "mark", "{":
                return self._object()
            case "mark", "[":
                return self._array()
            case "mark", "(":
                inner = self._sum()
                self._expect(")")
                return inner
        raise JsonSourceError(f"{text[:20] or 'the end'!r} stands where a value should")

    def _object(self) -> JsonObject:
        fields: list[tuple[str, JsonSource]] = []
        while not self._take("}"):
            kind, text = self._peek()
            if kind not in {"text", "name"}:
                raise JsonSourceError(f"{text[:20] or 'the end'!r} stands where a key should")
            self._at += 1
            self._expect(":")
            fields.append((_text(text) if kind == "text" else text, self._sum()))
            if not self._take(","):
                self._expect("}")
                break
        return JsonObject(tuple(fields))

    def _array(self) -> JsonArray:
        items: list[JsonSource] = []
        while not self._take("]"):
            items.append(self._sum())
            if not self._take(","):
                self._expect("]")
                break
        return JsonArray(tuple(items))

    def _variable(self, root: str) -> Variable:
        if root == "std":
            self._expect(".")
            if self._peek() != ("name", "extVar"):
                raise JsonSourceError("of the standard library only std.extVar is supported")
            self._at += 1
            root = self._argument()
        if root not in _ROOTS:
            raise JsonSourceError(f"{root[:20]!r} is no variable here; known are {', '.join(sorted(_ROOTS))}")
        path = [root]
        if self._peek() == ("mark", "("):
            path += self._argument().split(".")
        while True:
            if self._take("."):
                kind, text = self._peek()
                if kind != "name":
                    raise JsonSourceError(f"{text[:20] or 'the end'!r} stands where a name should")
                self._at += 1
                path.append(text)
            elif self._take("["):
                kind, text = self._peek()
                if kind not in {"text", "number"}:
                    raise JsonSourceError("an index is a number or a text")
                self._at += 1
                path.append(_text(text) if kind == "text" else text)
                self._expect("]")
            else:
                return Variable(tuple(path))

    def _argument(self) -> str:
        self._expect("(")
        kind, text = self._peek()
        if kind != "text":
            raise JsonSourceError("the name of a variable is a text")
        self._at += 1
        self._expect(")")
        return _text(text)


def _text(quoted: str) -> str:
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    if quoted[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(msgspec.json.decode(b'"' + inner.replace("\n", "\\n").encode() + b'"'))
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise JsonSourceError("a text has an escape that JSON does not know") from None


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise JsonSourceError(f"{source[at : at + 20]!r} cannot be read, or is Jsonnet that is not supported")
        if found.lastgroup is not None:
            tokens.append((found.lastgroup, found[0]))
        at = found.end()
    return tokens
