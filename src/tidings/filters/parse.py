"""From text to nodes, or to a sentence that says where it went wrong."""

import functools
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn, cast

from tidings.errors import InvalidInput, TooLarge
from tidings.filters.functions import FUNCTIONS
from tidings.filters.grammar import GRAMMAR, SAID, VALUE
from tidings.filters.nodes import AllOf, AnyOf, Compare, Constant, Everything, Function, Many, Node, Not, Operator, Path

TEXT_BYTES_MAX = 5 * 1024
"""Segment's own limit for an expression (segment.md §3.3)."""
DEPTH_MAX = 32
"""Parts within each other: whoever walks over an expression need not fear for the stack."""
NUMBER_LENGTH_MAX = 64

_SKIPPED = frozenset({"OPEN", "CLOSE", "COMMA", "LIST_OPEN", "LIST_CLOSE", "AND", "OR", "NOT", "ALL"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_IN_TEXT = re.compile(r"""\\(["'\\])""")
_SEGMENT = re.compile(r"(?:[^.\\]|\\.)+", re.DOTALL)


def parse(text: str) -> Node:
    """Read an expression. Raises `InvalidInput` naming line, column, what was found and what could stand there."""
    if len(text) > TEXT_BYTES_MAX or len(text.encode(errors="replace")) > TEXT_BYTES_MAX:
        raise TooLarge(f"an expression has {TEXT_BYTES_MAX} bytes at most", code="filter_too_long")
    if not text.strip():
        raise InvalidInput("is empty: write a condition, or `all`", code="filter_invalid")
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 see `_parser`

    try:
        return _node(_parser().parse(text), depth=0)
    except UnexpectedToken as error:
        found = "the end" if error.token.type == "$END" else f"`{str(error.token)[:40]}`"
        line, column = _end(text) if error.token.type == "$END" else (error.line, error.column)
        _refuse(line, column, found, set(error.accepts or error.expected), text)
    except UnexpectedCharacters as error:
        at: int = error.pos_in_stream  # type: ignore[assignment] # Lark declares it None
        found = "a text that does not end" if text[at] in "\"'" else f"`{text[at]}`"
        _refuse(error.line, error.column, found, set(error.allowed or ()), text)


@functools.cache
def _parser() -> Any:
    """Build the parser once, and only where an expression is read: most processes never need it."""
    from lark import Lark  # noqa: PLC0415 see above

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False, propagate_positions=True)


def _node(tree: Any, depth: int) -> Node:  # noqa: PLR0911 one answer for each kind of rule
    if depth > DEPTH_MAX:
        raise TooLarge(f"parts lie in each other more than {DEPTH_MAX} deep", code="filter_too_deep")
    if isinstance(tree, str):  # a token: only constants and paths leave any here
        raise TypeError(f"no rule made a node of {tree!r}")
    children = [child for child in tree.children if getattr(child, "type", None) not in _SKIPPED]
    match tree.data:
        case "start" | "primary":
            return _node(children[0], depth + (tree.data == "primary"))
        case "everything":
            return Everything()
        case "path":
            return Path(_segments(str(children[0])))
        case "constant":
            return Constant(_constant(children[0]))
        case "function":
            return _function(children, depth)
        case "comparison":
            op = cast("Operator", str(children[1]))
            return Compare(_node(children[0], depth + 1), op, _node(children[2], depth + 1))
        case "negation":
            return Not(_node(children[0], depth + 1))
    parts = tuple(_node(child, depth + 1) for child in children)
    kinds: dict[str, Callable[[tuple[Node, ...]], Node]] = {"any": AnyOf, "all": AllOf, "list": Many}
    return kinds[str(tree.data)](parts)


def _function(children: list[Any], depth: int) -> Node:
    token, *arguments = children
    name = str(token)
    known = FUNCTIONS.get(name)
    if known is None:
        _say(token, f"there is no function `{name[:40]}`; there are {', '.join(FUNCTIONS)}")
    if len(arguments) != known.arity:
        words = ("no value", "one value", "two values")[known.arity]
        _say(token, f"`{name}` takes {words}, and {len(arguments)} stand here")
    return Function(name, tuple(_node(argument, depth + 1) for argument in arguments))


def _constant(token: Any) -> str | float | bool | None:
    match token.type:
        case "TRUE":
            return True
        case "FALSE":
            return False
        case "NULL":
            return None
        case "STRING":
            return _IN_TEXT.sub(r"\1", str(token)[1:-1])
    text = str(token)
    if len(text) > NUMBER_LENGTH_MAX:
        _say(token, f"a number has {NUMBER_LENGTH_MAX} characters at most")
    number = float(text) if set(text) & set(".eE") else int(text)
    if not math.isfinite(number):
        _say(token, "this number is too large")
    return number


def _segments(text: str) -> tuple[str, ...]:
    return tuple(_ESCAPED.sub(r"\1", segment) for segment in _SEGMENT.findall(text))


def _end(text: str) -> tuple[int, int]:
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _say(token: Any, problem: str) -> NoReturn:
    raise InvalidInput(f"line {token.line}, column {token.column}: {problem}", code="filter_invalid")


def _refuse(line: int, column: int, found: str, expected: set[str], text: str) -> NoReturn:
    if expected >= VALUE:
        expected = (expected - VALUE) | {"value"}
    words = {**SAID, "value": "a value"}
    wanted = sorted(words[name] for name in expected if name in words)
    could = f" where {' or '.join(wanted)} could stand" if wanted else ""
    hint = _hint(found, text.split("\n")[line - 1][: column + 1] if line > 0 else "", wanted)
    raise InvalidInput(f"line {line}, column {column}: found {found}{could}{hint}", code="filter_invalid")


def _hint(found: str, before: str, wanted: list[str]) -> str:
    """Name the usual slips of those who write another language."""
    match found:
        case "`=`" if before.rstrip("= ") != before.rstrip() and "==" in before:
            return "; equality is a single `=`"
        case "`&`":
            return "; write `and`"
        case "`|`":
            return "; write `or`"
        case "`not`":
            return "; write `!`"
        case _ if found[1:2] in "=<>!" and "`and`" in wanted:
            return "; put a comparison in brackets to negate or compare it: `!(a = 'b')`"
    return ""
