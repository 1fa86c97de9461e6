"""Decides whether an element shows. Total: a comparison that makes no sense is false, nothing raises."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, TypeAlias, assert_never

from tidings.elemental.condition import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    IsEmpty,
    Not,
    Ref,
)
from tidings.rendering.lookup import Read, from_root
from tidings.rendering.printing import text_of
from tidings.rendering.program import Run, Scope
from tidings.rendering.truth import truthy

Test: TypeAlias = Callable[[Run, Scope], bool]


def test(condition: Condition) -> Test:
    """Make the function that decides."""
    read = value_of(condition)
    return lambda run, scope: truthy(read(run, scope))


def value_of(condition: Condition) -> Read:  # noqa: PLR0911 (one case per kind of condition)
    """Make the function that answers with the value, before anybody takes it for yes or no."""
    match condition:
        case Constant(value=value):
            return lambda _run, _scope: value
        case Ref(path=path):
            return from_root(path[1:] if path[0] == "$" else path)
        case Not(of=part):
            inner = test(part)
            return lambda run, scope: not inner(run, scope)
        case AllOf(of=parts):
            every = tuple(test(part) for part in parts)
            return lambda run, scope: all(each(run, scope) for each in every)
        case AnyOf(of=parts):
            some = tuple(test(part) for part in parts)
            return lambda run, scope: any(each(run, scope) for each in some)
        case IsEmpty(of=part):
            held = value_of(part)
            return lambda run, scope: held(run, scope) in (None, "", [], {})
        case Compare(left=left, op=op, right=right):
            return _comparison(value_of(left), op, value_of(right))
    assert_never(condition)


def _comparison(left: Read, op: Comparison, right: Read) -> Read:
    compare = COMPARE[op]
    return lambda run, scope: compare(left(run, scope), right(run, scope))


def _same(left: Any, right: Any) -> bool:
    """Equal and of one kind; in JSON a boolean is no number, an integer and a float are one kind."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _alike(left: Any, right: Any) -> bool:
    """Equal, or written alike: `"true"` and true, `"3"` and 3, as Courier's examples compare them."""
    if _same(left, right):
        return True
    if left is None or right is None or type(left) is type(right):
        return False
    return text_of(left) == text_of(right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return any(_alike(item, right) for item in left)
    return isinstance(left, str) and right is not None and text_of(right) in left


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return holds(left, right)
        first, second = _number(left), _number(right)
        return first is not None and second is not None and holds(first, second)

    return compare


COMPARE: dict[Comparison, Callable[[Any, Any], bool]] = {
    "===": _same,
    "!==": lambda left, right: not _same(left, right),
    "==": _alike,
    "!=": lambda left, right: not _alike(left, right),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "<": _ordered(lt),
    "<=": _ordered(le),
    "contains": _contains,
    "not_contains": lambda left, right: not _contains(left, right),
}
