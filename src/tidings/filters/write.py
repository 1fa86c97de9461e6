"""From nodes to text that reads back as the same nodes."""

import re
from typing import assert_never

from tidings.filters.grammar import KEYWORDS
from tidings.filters.nodes import AllOf, AnyOf, Compare, Constant, Everything, Function, Many, Node, Not, Path

_ODD = re.compile(r"[^A-Za-z0-9_-]")


def write(node: Node) -> str:  # noqa: PLR0911 one answer for each kind of node
    """Write an expression."""
    match node:
        case Everything():
            return "all"
        case Path(parts):
            return path_text(parts)
        case Constant(value):
            return constant_text(value)
        case Many(items):
            return f"[{', '.join(map(write, items))}]"
        case Function(name, arguments):
            return f"{name}({', '.join(map(write, arguments))})"
        case Not(of):
            return f"!{write(of) if isinstance(of, Not) else _primary(of)}"
        case AllOf(of):
            return " and ".join(_primary(part) if isinstance(part, AllOf | AnyOf) else write(part) for part in of)
        case AnyOf(of):
            return " or ".join(_primary(part) if isinstance(part, AnyOf) else write(part) for part in of)
        case Compare(left, op, right):
            return f"{_primary(left)} {op} {_primary(right)}"
        case _:
            assert_never(node)


def path_text(parts: tuple[str, ...]) -> str:
    """Write a path; what is no letter, digit, `_` or `-` is escaped, and so is a word that means something else."""
    text = ".".join(_ODD.sub(_escaped, part) for part in parts)
    return f"\\{text}" if text in KEYWORDS or text[0].isdigit() or text[0] == "-" else text


def constant_text(value: str | float | bool | None) -> str:  # noqa: FBT001 a value of the language
    """Write a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
        case _:
            return repr(value)


def _primary(node: Node) -> str:
    bare = isinstance(node, Path | Constant | Many | Function)
    return write(node) if bare else f"({write(node)})"


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]
