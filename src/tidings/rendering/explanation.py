"""Why a condition does not hold, in a sentence: `data.plan` is "free", not "pro"."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.elemental.condition import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    ConditionError,
    Constant,
    Group,
    IsEmpty,
    Not,
    Ref,
    condition,
)
from tidings.rendering.conditions import test, value_of
from tidings.rendering.program import Run, Scope
from tidings.rendering.stage import Stage

VALUE_MAX = 60
_SAID = {
    "==": "not",
    "===": "not",
    ">": "not above",
    ">=": "below",
    "<": "not below",
    "<=": "above",
}
_OTHERWISE: dict[Comparison, Comparison] = {
    "==": "!=",
    "!=": "==",
    "===": "!==",
    "!==": "===",
    ">": "<=",
    ">=": "<",
    "<": ">=",
    "<=": ">",
    "contains": "not_contains",
    "not_contains": "contains",
}
"""What would have to hold in the place of a comparison that holds and should not."""
_WAYS_MAX = 4


def holds(source: str | tuple[Group, ...], root: dict[str, Any], turn: Mapping[str, Any] | None = None) -> str | None:
    """Decide; None when the condition holds, else the sentence that says why not.

    Total: an expression outside of the language does not hold, and the sentence says so.
    """
    try:
        read = condition(source)
    except ConditionError as error:
        return f"the condition cannot be read: {error}"
    run, scope = Run(Stage(root=root)), Scope(root, turn=dict(turn) if turn else None)
    return None if test(read)(run, scope) else why(read, run, scope)


def why(read: Condition, run: Run, scope: Scope) -> str:  # noqa: C901, PLR0911 (one case per kind of condition)
    """Explain a condition that does not hold."""
    match read:
        case AllOf(of=parts):
            return next((why(part, run, scope) for part in parts if not test(part)(run, scope)), "a part is false")
        case AnyOf(of=parts):
            return ", and ".join(why(part, run, scope) for part in parts[:_WAYS_MAX]) or "there is no condition"
        case Not(of=IsEmpty(of=part)):
            return f"{_named(part)} is empty"
        case Not(of=Not(of=part)):
            return why(part, run, scope)
        case Not(of=AllOf(of=parts)):
            return why(AnyOf(tuple(Not(part) for part in parts)), run, scope)
        case Not(of=AnyOf(of=parts)):
            return why(AllOf(tuple(Not(part) for part in parts)), run, scope)
        case Not(of=Compare(left=left, op=op, right=right)):
            return _comparison(Compare(left, _OTHERWISE[op], right), run, scope)
        case Not(of=part):
            return f"{_named(part)} is {_shown(part, run, scope)}"
        case IsEmpty(of=part):
            return f"{_named(part)} is {_shown(part, run, scope)}, not empty"
        case Compare():
            return _comparison(read, run, scope)
    return f"{_named(read)} is {_shown(read, run, scope)}"


def _comparison(read: Compare, run: Run, scope: Scope) -> str:
    left, right = read.left, read.right
    if isinstance(left, Constant) and not isinstance(right, Constant):
        left, right = right, left
        if read.op in {">", "<", ">=", "<="}:
            return f"{_shown(read.left, run, scope)} {read.op} {_named(right)} does not hold"
    wanted = (
        _shown(right, run, scope) if isinstance(right, Constant) else f"{_named(right)} ({_shown(right, run, scope)})"
    )
    found = f"{_named(left)} is {_shown(left, run, scope)}"
    match read.op:
        case "contains":
            return f"{found}, which does not contain {wanted}"
        case "not_contains":
            return f"{found}, which contains {wanted}"
        case "!=" | "!==":
            return found
        case op:
            return f"{found}, {_SAID[op]} {wanted}"


def _named(read: Condition) -> str:
    match read:
        case Ref(path=path):
            return "`" + ".".join(path) + "`"
        case Constant(value=value):
            return _value(value)
    return "the expression"


def _shown(read: Condition, run: Run, scope: Scope) -> str:
    return _value(value_of(read)(run, scope))


def _value(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        text = msgspec.json.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return "a value"
    return text if len(text) <= VALUE_MAX else text[: VALUE_MAX - 1] + "…"
