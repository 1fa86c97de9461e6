"""Why an expression holds for a call, or does not: in sentences."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.filters.nodes import AllOf, AnyOf, Compare, Constant, Everything, Many, Node, Not, Path
from tidings.filters.program import compiled, paths_of
from tidings.filters.reading import Parts
from tidings.filters.write import constant_text, path_text, write

VALUE_LENGTH_MAX = 80
"""Characters of a value that are shown."""
REASONS_MAX = 10

Values = Mapping[Parts, Any]


def explain(node: Node, values: Values) -> str:
    """Say what decided: "`properties.plan` is "free", not "pro"". One clause for what failed, all for what held."""
    return _said(node, values)[:2000]


def holds(node: Node, values: Values) -> bool:
    """Tell whether the expression is true of these values."""
    paths = paths_of(node)
    return compiled(node, paths)(*[values.get(path) for path in paths])


def _said(node: Node, values: Values) -> str:  # noqa: PLR0911 one answer for each kind of node
    is_true = holds(node, values)
    match node:
        case Everything():
            return "`all` matches every call"
        case AllOf(of):
            decisive = of if is_true else [next(part for part in of if not holds(part, values))]
            return _joined(decisive, values)
        case AnyOf(of):
            decisive = [next(part for part in of if holds(part, values))] if is_true else list(of)
            return _joined(decisive, values)
        case Not(of):
            return _said(of, values)
        case Path(parts):
            return f"`{path_text(parts)}` is {shown(values.get(parts))}"
        case Compare(Path() as path, op, (Constant() | Many()) as wanted):
            return _compared(path, op, wanted, values, is_true=is_true)
    paths = paths_of(node)[:REASONS_MAX]
    facts = ", ".join(f"`{path_text(path)}` is {shown(values.get(path))}" for path in paths)
    verdict = f"`{write(node)[:200]}` is {'true' if is_true else 'false'}"
    return f"{verdict}: {facts}" if facts else verdict


def _compared(path: Path, op: str, wanted: Constant | Many, values: Values, *, is_true: bool) -> str:
    name, value = path_text(path.parts), shown(values.get(path.parts))
    limit = constant_json(wanted) if isinstance(wanted, Constant) else write(wanted)[:200]
    match op:
        case "=":
            return f"`{name}` is {value}" if is_true else f"`{name}` is {value}, not {limit}"
        case "!=":
            return f"`{name}` is {value}, not {limit}" if is_true else f"`{name}` is {value}"
        case "in":
            return f"`{name}` is {value}, {'among' if is_true else 'not among'} {limit}"
    return f"`{name}` is {value}, {'' if is_true else 'not '}{op} {limit}"


def constant_json(constant: Constant) -> str:
    """Show a constant as a call would hold it."""
    return shown(constant.value) if isinstance(constant.value, str) else constant_text(constant.value)


def shown(value: Any) -> str:
    """Show a value, shortened."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= VALUE_LENGTH_MAX else f"{text[:VALUE_LENGTH_MAX]}…"


def _joined(parts: list[Node] | tuple[Node, ...], values: Values) -> str:
    return "; ".join(_said(part, values) for part in parts[:REASONS_MAX])
