"""An element's `if` and `loop`, as operations around what it says."""

from collections.abc import Callable
from typing import TypeAlias

from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.nodes import Node
from tidings.elemental.path import parse_path
from tidings.rendering.conditions import Test, test
from tidings.rendering.lookup import Read, from_root
from tidings.rendering.program import Operation, Operations, Run, Scope, play
from tidings.rendering.render_error import RenderError

Gate: TypeAlias = Callable[[Operations], Operation]


def gates(node: Node, path: str) -> tuple[Gate, ...]:
    """List what stands around a node, outermost first: the loop, then the condition of each turn."""
    found: list[Gate] = []
    if node.loop is not None:
        steps = parse_path(node.loop)
        if steps is None:
            raise RenderError(f"{path}.loop", "must be the path of a list, such as data.products")
        found.append(_turns(from_root(steps[1:] if steps[0] == "$" else steps)))
    shows = shown(node, path)
    if shows is not None:
        found.append(when(shows))
    return tuple(found)


def shown(node: Node, path: str) -> Test | None:
    """Read the condition of a node; None when it has none."""
    if node.if_ is None:
        return None
    try:
        return test(condition(node.if_))
    except ConditionError as error:
        raise RenderError(f"{path}.if", str(error)) from None


def gated(node: Node, path: str, operations: Operations) -> Operations:
    """Put a node's gates around its operations."""
    for gate in reversed(gates(node, path)):
        operations = (gate(operations),)
    return operations


def when(shows: Test) -> Gate:
    """Play only when the test holds."""

    def gate(operations: Operations) -> Operation:
        def choose(run: Run, scope: Scope) -> None:
            if shows(run, scope):
                play(operations, run, scope)

        return choose

    return gate


def _turns(read: Read) -> Gate:
    """Play once for each item of a list: `$.item` and `$.index` are the turn's."""

    def gate(operations: Operations) -> Operation:
        def repeat(run: Run, scope: Scope) -> None:
            items = read(run, scope)
            for index, item in enumerate(items if isinstance(items, list | tuple) else ()):
                play(operations, run, Scope(scope.value, scope, turn={"item": item, "index": index}))

        return repeat

    return gate
