"""From nodes to one Python function: a filter is compiled once and then asked for every call.

Closures would do the same and were three times slower: ten calls of Python functions where this has one. What is
compiled is made of our own words, places of arguments and `repr`s of constants; nothing of the expression's text is
ever Python (ADR 0022).
"""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from tidings.filters.compare import ORDERS, ordered, same
from tidings.filters.functions import FUNCTIONS
from tidings.filters.glob import matcher
from tidings.filters.nodes import AllOf, AnyOf, Compare, Constant, Everything, Function, Many, Node, Not, Path
from tidings.filters.reading import Parts

Ask = Callable[..., bool]
"""Takes the values of the paths, in their order."""


def paths_of(node: Node) -> list[Parts]:
    """List the paths that an expression names, each once."""
    return list(dict.fromkeys(_paths(node)))


def _paths(node: Node) -> list[Parts]:
    match node:
        case Path(parts):
            return [parts]
        case Everything() | Constant():
            return []
        case Not(of):
            return _paths(of)
        case Compare(left, _, right):
            return _paths(left) + _paths(right)
        case AllOf(of) | AnyOf(of) | Many(of) | Function(_, of):
            return [path for part in of for path in _paths(part)]
        case _:
            assert_never(node)


def compiled(node: Node, paths: list[Parts]) -> Ask:
    """Compile a condition over the values of `paths`.

    What comes out never raises and changes nothing. It answers True when the expression does, and False for all else
    that an expression can be: null, a text, a number.
    """
    writer = _Writer({path: index for index, path in enumerate(paths)})
    names = ", ".join(f"v{index}" for index in range(len(paths)))
    source = f"lambda {names}: {writer.condition(node)}"
    ask: Ask = eval(compile(source, "<filter>", "eval"), writer.names)  # noqa: S307 see the module's docstring
    return ask


class _Writer:
    """Writes Python, and keeps what it names beside it."""

    def __init__(self, places: Mapping[Parts, int]) -> None:
        self._places = places
        self.names: dict[str, Any] = {
            "__builtins__": {},
            "type": type,
            "str": str,
            "same": same,
            "among": _is_among,
            "NUMBERS": frozenset({int, float}),
        }

    def condition(self, node: Node) -> str:  # noqa: PLR0911 one answer for each kind of node
        """Write what is True when the node is true, and False otherwise."""
        match node:
            case Everything():
                return "True"
            case Not(of):
                return f"(not {self.condition(of)})"
            case AllOf(of):
                return f"({' and '.join(map(self.condition, of))})"
            case AnyOf(of):
                return f"({' or '.join(map(self.condition, of))})"
            case Compare():
                return self._compare(node)
            case Function("match" | "contains" as name, (Path() as path, Constant(str(text)))):
                value = self.value(path)
                fits = f"{self._named(matcher(text))}({value})" if name == "match" else f"{text!r} in {value}"
                return f"(type({value}) is str and {fits})"
            case Constant(bool(value)):
                return repr(value)
            case Constant() | Many():
                return "False"
            case Path() | Function():
                return f"({self.value(node)} is True)"
            case _:
                assert_never(node)

    def value(self, node: Node) -> str:
        """Write the node's value."""
        match node:
            case Path(parts):
                return f"v{self._places[parts]}"
            case Constant(value):
                return repr(value) if isinstance(value, str | bool | None) else self._named(value)
            case Many(items):
                return f"[{', '.join(map(self.value, items))}]"
            case Function(name, arguments):
                return f"{self._named(FUNCTIONS[name].run)}({', '.join(map(self.value, arguments))})"
            case _:
                return self.condition(node)

    def _compare(self, node: Compare) -> str:  # noqa: PLR0911 one answer for each shape
        left, op, right = node.left, node.op, node.right
        match left, op, right:
            case Path(), "=" | "!=", Constant(value) if isinstance(value, str):
                return f"({self.value(left)} {'==' if op == '=' else '!='} {value!r})"
            case Path(), "=" | "!=", Constant(value) if value is None or isinstance(value, bool):
                return f"({self.value(left)} {'is' if op == '=' else 'is not'} {value!r})"
            case Path(), "in", Many(items) if (words := _texts(items)) is not None:
                return f"(type({self.value(left)}) is str and {self.value(left)} in {self._named(words)})"
            case Path(), ">" | ">=" | "<" | "<=", Constant(value) if _is_number(value):
                return f"(type({self.value(left)}) in NUMBERS and {self.value(left)} {op} {self._named(value)})"
        before, after = self.value(left), self.value(right)
        match op:
            case "=":
                return f"same({before}, {after})"
            case "!=":
                return f"(not same({before}, {after}))"
            case "in":
                return f"among({before}, {after})"
        order = ORDERS[op]
        return f"{self._named(lambda one, two: ordered(order, one, two))}({before}, {after})"

    def _named(self, thing: Any) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = thing
        return name


def _texts(items: tuple[Node, ...]) -> frozenset[str] | None:
    words = [item.value for item in items if isinstance(item, Constant) and isinstance(item.value, str)]
    return frozenset(words) if len(words) == len(items) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_among(value: Any, items: Any) -> bool:
    return isinstance(items, list) and any(same(value, item) for item in items)
