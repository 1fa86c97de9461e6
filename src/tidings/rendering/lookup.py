"""Finds values: only keys of objects and places of lists, never an attribute of anything."""

from collections.abc import Callable
from typing import Any, TypeAlias

from tidings.rendering.program import Run, Scope
from tidings.rendering.syntax import Lookup

Read: TypeAlias = Callable[[Run, Scope], Any]


def step(value: Any, name: str) -> Any:
    """Go one step into JSON; None where there is nothing. Texts have places and a `length`, as in JavaScript."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list or kind is tuple or kind is str:
        if name.isdecimal() and len(name) < 10:
            return value[int(name)] if int(name) < len(value) else None
        return len(value) if name == "length" else None
    return None


def from_root(parts: tuple[str, ...]) -> Read:
    """Read from the root of the variables, or from the turn of an Elemental loop (`$.item`, `$.index`)."""

    def read(run: Run, scope: Scope) -> Any:
        value: Any = run.root
        if parts and scope.turn is not None and parts[0] in scope.turn:
            value = scope.turn
        for part in parts:
            value = step(value, part)
        return value

    return read


def reader(lookup: Lookup) -> Read:
    """Make the function that looks a path up."""
    if lookup.start == "$":
        return from_root(lookup.parts)
    if lookup.start == "@":
        return _from_frame(lookup.parts)
    if lookup.climbs or lookup.is_here or not lookup.parts:
        return _from_scope(lookup.climbs, lookup.parts)
    return _by_name(lookup.parts[0], lookup.parts[1:])


def _by_name(first: str, rest: tuple[str, ...]) -> Read:
    def read(_run: Run, scope: Scope) -> Any:
        params = scope.params
        value = params[first] if params and first in params else step(scope.value, first)
        for part in rest:
            value = step(value, part)
        return value

    return read


def _from_scope(climbs: int, parts: tuple[str, ...]) -> Read:
    def read(_run: Run, scope: Scope) -> Any:
        found: Scope | None = scope
        for _ in range(climbs):
            found = found.parent if found else None
        value = found.value if found else None
        for part in parts:
            value = step(value, part)
        return value

    return read


def _from_frame(parts: tuple[str, ...]) -> Read:
    climbs = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    if parts == ("partial-block",):  # whether there is one
        return lambda _run, scope: bool(scope.partials and "@partial-block" in scope.partials) or None

    def read(_run: Run, scope: Scope) -> Any:
        frame = scope.frame
        for _ in range(climbs):
            frame = frame.outer if frame else None
        value: Any = frame.values if frame else None
        for part in parts[climbs:]:
            value = step(value, part)
        return value

    return read
