"""An element's `if` and `loop`, as operations around what it says."""

from collections.abc import Callable
from typing import TypeAlias

from tidings.elemental.nodes import Node
from tidings.rendering.conditions import Test
from tidings.rendering.lookup import Read
from tidings.rendering.program import Operation, Operations, Run, Scope, play

Gate: TypeAlias = Callable[[Operations], Operation]


def when(shows: Test, node: Node | None = None, path: str = "") -> Gate:
    """Play only when the test holds; what stays hidden is noted under its path."""
    source = node.if_ if node is not None else None

    def gate(operations: Operations) -> Operation:
        def choose(run: Run, scope: Scope) -> None:
            if shows(run, scope):
                play(operations, run, scope)
            elif source is not None:
                run.hide(path, source, scope)

        return choose

    return gate


def turns(read: Read) -> Gate:
    """Play once for each item of a list: `$.item` and `$.index` are the turn's."""

    def gate(operations: Operations) -> Operation:
        def repeat(run: Run, scope: Scope) -> None:
            items = read(run, scope)
            for index, item in enumerate(items if isinstance(items, list | tuple) else ()):
                play(operations, run, Scope(scope.value, scope, turn={"item": item, "index": index}))

        return repeat

    return gate
