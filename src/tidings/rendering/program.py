"""A compiled template at work: operations, the scopes they see, and the bounds they run in.

An operation is either text that never changes or a function that answers with text. Blocks are functions that play
operations of their own.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from tidings.rendering.render_error import RenderError

OUTPUT_MAX = 1024 * 1024
"""Characters that one part of a message (its HTML, say) may come to."""
STEPS_MAX = 200_000
"""Operations of one run: about a tenth of a second; loops within loops end here."""


class Scope:
    """What `{{name}}` is looked up in. A block that enters a value makes a new one."""

    __slots__ = ("frame", "params", "parent", "turn", "value")

    def __init__(
        self,
        value: Any,
        parent: "Scope | None" = None,
        *,
        params: dict[str, Any] | None = None,
        frame: "Frame | None" = None,
        turn: dict[str, Any] | None = None,
    ) -> None:
        self.value = value
        self.parent = parent
        self.params: dict[str, Any] | None = params
        self.frame: Frame | None = frame
        self.turn: dict[str, Any] | None = turn
        if parent is not None:
            self.params = {**(parent.params or {}), **params} if params else parent.params
            self.frame = frame or parent.frame
            self.turn = turn or parent.turn


class Frame:
    """What `{{@name}}` is looked up in: a loop's `index`, `key`, `first` and `last`, and the loop around it."""

    __slots__ = ("outer", "values")

    def __init__(self, values: dict[str, Any], outer: "Frame | None" = None) -> None:
        self.values: dict[str, Any] = {**outer.values, **values} if outer else values
        self.outer = outer


class Run:
    """One rendering of one part."""

    __slots__ = ("cleaned", "out", "root", "size", "steps")

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.out: list[str] = []
        self.size = 0
        self.steps = 0
        self.cleaned: dict[str, str] = {}


Operation: TypeAlias = str | Callable[[Run, Scope], str | None]
Operations: TypeAlias = Sequence[Operation]


def render(operations: Operations, root: dict[str, Any]) -> str:
    """Run a whole program over `root`. Raises `RenderError` when it passes a bound."""
    run = Run(root)
    play(operations, run, Scope(root, frame=Frame({"root": root})))
    return "".join(run.out)


def play(operations: Operations, run: Run, scope: Scope) -> None:
    """Run operations, adding to what the run has said."""
    run.steps += len(operations) + 1
    if run.steps > STEPS_MAX:
        raise RenderError("", f"the template takes more than {STEPS_MAX} steps with this data")
    out = run.out
    for operation in operations:
        text = operation if type(operation) is str else operation(run, scope)  # type: ignore[operator]
        if text:
            run.size += len(text)
            if run.size > OUTPUT_MAX:
                raise RenderError("", f"the result would have more than {OUTPUT_MAX} characters")
            out.append(text)


def capture(operations: Operations, run: Run, scope: Scope) -> str:
    """Run operations and hand back what they said, instead of saying it."""
    said, run.out = run.out, []
    try:
        play(operations, run, scope)
        return "".join(run.out)
    finally:
        run.out = said
