"""Partials: a template within a template. A brand's snippets, and those that a template brings itself."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.rendering.escape import Escape
from tidings.rendering.lookup import Read
from tidings.rendering.printing import text_of
from tidings.rendering.program import Operation, Operations, Run, Scope, capture, play
from tidings.rendering.render_error import RenderError

DEPTH_MAX = 20
"""Partials within partials."""
_BLOCK = "@partial-block"


def with_partials(own: Mapping[str, Operations], operations: Operations) -> Operation:
    """Play operations that can call these partials."""
    return lambda run, scope: play(operations, run, scope.calling(own))


class Body(msgspec.Struct, frozen=True):
    """What stands in a partial block: shown where the partial says `@partial-block`, or when there is no partial."""

    operations: Operations
    own: Mapping[str, Operations]
    """The partials that it brings for the partial it is given to."""


def partial(
    name: str | Read,
    context: Read | None,
    named: Mapping[str, Read],
    body: Body | None,
    *,
    indent: str,
    escape: Escape,
) -> Operation:
    """Play a partial in a context of its own; `body` is what stands there when there is none of that name."""

    def insert(run: Run, scope: Scope) -> None:
        called = name if isinstance(name, str) else text_of(name(run, scope))
        found = _found(called, run, scope, escape)
        if found is None:
            if body is None:
                raise RenderError("", f"there is no snippet named {called[:60]!r}")
            found = body.operations
        if run.depth >= DEPTH_MAX:
            raise RenderError("", f"partials may be {DEPTH_MAX} deep at most")
        entered = _entered(context, named, run, scope)
        if called == _BLOCK and scope.caller is not None:  # its words were written where the partial was called
            entered = entered.calling({}, instead_of=scope.caller)
        if body is not None:
            entered = entered.calling({**body.own, _BLOCK: body.operations}, caller=scope)
        run.depth += 1
        try:
            if not indent:
                play(found, run, entered)
            else:
                run.out.append(_indented(capture(found, run, entered), indent))
        finally:
            run.depth -= 1

    return insert


def _found(name: str, run: Run, scope: Scope, escape: Escape) -> Operations | None:
    if scope.partials and name in scope.partials:
        return scope.partials[name]
    snippets = run.stage.snippets
    return None if snippets is None else snippets.operations(name, escape)


def _entered(context: Read | None, named: Mapping[str, Read], run: Run, scope: Scope) -> Scope:
    if context is None and not named:
        return scope
    value: Any = scope.value if context is None else context(run, scope)
    if named:
        given = {key: read(run, scope) for key, read in named.items()}
        value = {**(value if isinstance(value, dict) else {}), **given}
    return scope.entering(value)


def _indented(text: str, indent: str) -> str:
    lines = text.split("\n")
    last = len(lines) - 1
    return "\n".join(line if at == last and not line else indent + line for at, line in enumerate(lines))
