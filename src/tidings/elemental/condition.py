"""When an element shows: the `if` of Elemental (courier-semantics.md §6).

The string form is the part that Courier's two dialects, JavaScript-like and Jsonnet, share:
paths, literals, comparisons, `&&`, `||`, `!` and brackets. What lies outside is refused when content is saved.
"""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from tidings.elemental.path import parse_path

EXPRESSION_MAX = 2_000
"""Characters of an expression."""
DEPTH_MAX = 32
"""Brackets and negations within each other."""

Comparison = Literal["===", "==", "!==", "!=", ">=", ">", "<=", "<", "contains", "not_contains"]


class Ref(msgspec.Struct, frozen=True):
    """A value looked up when the message is rendered."""

    path: tuple[str, ...]


class Constant(msgspec.Struct, frozen=True):
    """A value written in the expression."""

    value: str | float | bool | None


class Compare(msgspec.Struct, frozen=True):
    """Two values compared."""

    left: "Condition"
    op: Comparison
    right: "Condition"


class IsEmpty(msgspec.Struct, frozen=True):
    """True for what is missing, null, or holds nothing."""

    of: "Condition"


class Not(msgspec.Struct, frozen=True):
    """The opposite."""

    of: "Condition"


class AllOf(msgspec.Struct, frozen=True):
    """True when every part is."""

    of: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True):
    """True when one part is."""

    of: tuple["Condition", ...]


Condition = Ref | Constant | Compare | IsEmpty | Not | AllOf | AnyOf


class ConditionError(ValueError):
    """The expression is outside the language; the message quotes where."""


Operator = Literal[
    "equals",
    "not_equals",
    "greater_than",
    "less_than",
    "greater_than_or_equals",
    "less_than_or_equals",
    "contains",
    "not_contains",
    "is_empty",
    "is_not_empty",
]

_OPERATORS: dict[str, Comparison] = {
    "equals": "==",
    "not_equals": "!=",
    "greater_than": ">",
    "less_than": "<",
    "greater_than_or_equals": ">=",
    "less_than_or_equals": "<=",
    "contains": "contains",
    "not_contains": "not_contains",
}


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One row of the designer's form."""

    property: str
    operator: Operator
    value: str | float | bool | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Rows joined by one word; the groups of an element are joined by "or"."""

    conditions: tuple[Row, ...]
    logical_operator: Literal["and", "or"] = "and"


def condition(source: str | tuple[Group, ...]) -> Condition:
    """Read an `if`, in either form. Raises `ConditionError`."""
    if isinstance(source, str):
        return _Reader(source).read()
    return AnyOf(tuple(_group(group) for group in source))


def with_refs(read: Condition, refs: Mapping[str, Mapping[str, Condition]]) -> Condition:  # noqa: PLR0911
    """Put what is known of elements in place of references to them; the unknown is null."""
    match read:
        case Ref(path=("refs", name, field)):
            return refs.get(name, {}).get(field, Constant(None))
        case Not(of=part):
            return Not(with_refs(part, refs))
        case IsEmpty(of=part):
            return IsEmpty(with_refs(part, refs))
        case AllOf(of=parts):
            return AllOf(tuple(with_refs(part, refs) for part in parts))
        case AnyOf(of=parts):
            return AnyOf(tuple(with_refs(part, refs) for part in parts))
        case Compare(left=left, op=op, right=right):
            return Compare(with_refs(left, refs), op, with_refs(right, refs))
    return read


def _group(group: Group) -> Condition:
    rows = tuple(_row(row) for row in group.conditions)
    return AllOf(rows) if group.logical_operator == "and" else AnyOf(rows)


def _row(row: Row) -> Condition:
    left = _ref(row.property)
    match row.operator:
        case "is_empty":
            return IsEmpty(left)
        case "is_not_empty":
            return Not(IsEmpty(left))
        case operator:
            return Compare(left, _OPERATORS[operator], Constant(row.value))


def _ref(text: str) -> Ref:
    path = parse_path(text)
    if path is None:
        raise ConditionError(f"{text[:60]!r} is not a path such as data.plan")
    if path[0] == "$" and path[1:2] == ("refs",):
        path = path[1:]
    if path[0] == "refs" and len(path) != 3:
        raise ConditionError(f"{text[:60]!r}: a reference is written refs.name.visible")
    return Ref(path)


def refs_in(read: Condition) -> frozenset[str]:
    """Name the elements that a condition refers to."""
    match read:
        case Ref(path=("refs", name, *_)):
            return frozenset({name})
        case Not(of=part) | IsEmpty(of=part):
            return refs_in(part)
        case AllOf(of=parts) | AnyOf(of=parts):
            return frozenset().union(*(refs_in(part) for part in parts))
        case Compare(left=left, right=right):
            return refs_in(left) | refs_in(right)
    return frozenset()


_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<op>===|!==|==|!=|>=|<=|&&|\|\||[><!()])"
    r"|(?P<path>\{\{[^{}]*\}\}|\{[^{}]*\}|[$A-Za-z_@](?:[\w.$@-]|\[[^\]]*\])*))"
)
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_COMPARISONS = frozenset(("===", "==", "!==", "!=", ">=", ">", "<=", "<"))


class _Reader:
    """Reads an expression by recursive descent: `||` binds loosest, then `&&`, then comparisons, then `!`."""

    def __init__(self, source: str) -> None:
        if len(source) > EXPRESSION_MAX:
            raise ConditionError(f"an expression may have {EXPRESSION_MAX} characters at most")
        self._tokens = _tokens(source)
        self._at = 0
        self._depth = 0

    def read(self) -> Condition:
        whole = self._either()
        if self._at < len(self._tokens):
            raise ConditionError(f"{self._tokens[self._at][1]!r} is unexpected or not supported yet")
        return whole

    def _take(self, *wanted: str) -> str | None:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "op" and text in wanted:
                self._at += 1
                return text
        return None

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._take("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._comparison()]
        while self._take("&&"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _comparison(self) -> Condition:
        left = self._negation()
        op = self._take(*_COMPARISONS)
        # `_take` answers with one of the words it was asked for.
        return left if op is None else Compare(left, op, self._negation())  # type: ignore[arg-type]

    def _negation(self) -> Condition:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise ConditionError(f"an expression may be {DEPTH_MAX} brackets deep at most")
        read = Not(self._negation()) if self._take("!") else self._operand()
        self._depth -= 1
        return read

    def _operand(self) -> Condition:
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise ConditionError("a bracket is not closed")
            return inner
        if self._at >= len(self._tokens):
            raise ConditionError("the expression ends where a value should stand")
        kind, text = self._tokens[self._at]
        self._at += 1
        match kind:
            case "text":
                return Constant(text[1:-1])
            case "number":
                return Constant(float(text))
            case "path":
                return Constant(_WORDS[text]) if text in _WORDS else _ref(text)
        raise ConditionError(f"{text!r} stands where a value should")


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        found = _TOKEN.match(source, at)
        if found is None or found.lastgroup is None:
            raise ConditionError(f"{source[at : at + 20].strip()!r} is not supported yet")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens
