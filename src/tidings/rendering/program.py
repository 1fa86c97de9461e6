"""A compiled template at work: operations, the scopes they see, and the bounds they run in.

An operation is either text that never changes or a function that answers with text. Blocks are functions that play
operations of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from tidings.elemental.condition import Group
from tidings.rendering.alike import alike
from tidings.rendering.render_error import RenderError
from tidings.rendering.stage import NOTES_MAX, Hidden, Stage

OUTPUT_MAX = 1024 * 1024
"""Characters that one part of a message (its HTML, say) may come to."""
STEPS_MAX = 200_000
"""Operations of one run: about a tenth of a second; loops within loops end here."""


class Scope:
    """What `{{name}}` is looked up in. A block that enters a value makes a new one."""

    __slots__ = ("caller", "frame", "params", "parent", "partials", "turn", "value")

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
        self.partials: dict[str, Operations] | None = None
        """Those that the template brings itself."""
        self.caller: Scope | None = None
        """Where the partial was called whose block `@partial-block` is."""
        if parent is not None:
            self.params = {**(parent.params or {}), **params} if params else parent.params
            self.frame = frame or parent.frame
            self.turn = turn or parent.turn
            self.partials, self.caller = parent.partials, parent.caller

    def entering(self, value: Any, *, params: dict[str, Any] | None = None, frame: "Frame | None" = None) -> "Scope":
        """Give the place inside a value. The very value that one is in already is no further level for `../`."""
        inner = Scope(value, self, params=params, frame=frame)
        if alike(value, self.value):
            inner.parent = self.parent
        return inner

    def calling(
        self,
        partials: Mapping[str, "Operations"],
        *,
        caller: "Scope | None" = None,
        instead_of: "Scope | None" = None,
    ) -> "Scope":
        """Give the same place with these partials beside those that were there, or beside those of another place."""
        known = instead_of or self
        same = Scope(self.value, params=self.params, frame=self.frame, turn=self.turn)
        same.parent = self.parent
        same.partials = {**(known.partials or {}), **partials}
        same.caller = caller or known.caller
        return same


class Frame:
    """What `{{@name}}` is looked up in: a loop's `index`, `key`, `first` and `last`, and the loop around it."""

    __slots__ = ("outer", "values")

    def __init__(self, values: dict[str, Any], outer: "Frame | None" = None) -> None:
        self.values: dict[str, Any] = {**outer.values, **values} if outer else values
        self.outer = outer


class Run:
    """One rendering of one part."""

    __slots__ = ("cleaned", "cleaned_blocks", "depth", "out", "pieces", "root", "size", "spaces", "stage", "steps")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.root = stage.root
        self.out: list[str] = []
        self.pieces: list[Any] = []
        """What an outline is made of, instead of text; see `outline.py`."""
        self.size = 0
        self.steps = 0
        self.depth = 0
        """Partials within partials."""
        self.spaces: list[int | None] = []
        """Of each frame around: pixels that its last row wants below it; None while there is none. See `spaces.py`."""
        self.cleaned: dict[str, str] = {}
        self.cleaned_blocks: dict[str, str] = {}

    def miss(self, name: str) -> str:
        """Note a variable without a value, and say what stands in its place."""
        stage = self.stage
        if len(stage.missed) < NOTES_MAX:
            stage.missed[name] = None
        if stage.missing == "refuse":
            raise RenderError("", f"the variable {name} has no value, and the template refuses to do without")
        return "" if stage.missing == "empty" else "{" + name + "}"

    def hide(self, path: str, source: str | tuple[Group, ...], scope: Scope) -> None:
        """Note an element that is not shown."""
        if len(self.stage.hidden) < NOTES_MAX:
            self.stage.hidden.setdefault(path, Hidden(path, source, scope.turn))


Operation: TypeAlias = str | Callable[[Run, Scope], str | None]
Operations: TypeAlias = Sequence[Operation]


def start(operations: Operations, stage: Stage) -> Run:
    """Run a whole program. Raises `RenderError` when it passes a bound."""
    run = Run(stage)
    play(operations, run, Scope(run.root, frame=Frame({"root": run.root})))
    return run


def render(operations: Operations, stage: Stage) -> str:
    """Run a whole program and answer what it said. Raises `RenderError` when it passes a bound."""
    return "".join(start(operations, stage).out)


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
    if len(operations) == 1 and type(only := operations[0]) is str:
        return only
    said, run.out = run.out, []
    try:
        play(operations, run, scope)
        return "".join(run.out)
    finally:
        run.out = said


def gather(operations: Operations, run: Run, scope: Scope) -> list[Any]:
    """Run operations and hand back the pieces they made, instead of adding them."""
    made, run.pieces = run.pieces, []
    try:
        play(operations, run, scope)
        return run.pieces
    finally:
        run.pieces = made
