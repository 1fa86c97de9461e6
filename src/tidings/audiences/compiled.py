"""Filters made functions: each rule becomes one test, and an answer says what every rule found."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from operator import ge, gt, le, lt
from typing import Any

import msgspec

from tidings.audiences.filter import Filter
from tidings.audiences.values import number_of, text_of, time_of

REASON_CHARACTERS_MAX = 2000

Tenants = AbstractSet[str]
Test = Callable[[Mapping[str, Any], Tenants], bool]
_MISSING = object()


class Finding(msgspec.Struct, frozen=True):
    """Whether a profile meets a filter, and what each rule said."""

    matches: bool
    _labels: Sequence[str]
    _found: Sequence[bool]

    @property
    def reason(self) -> str:
        """Say it as Courier does: `EQ('title', 'Engineer') => true`, with commas between rules."""
        said = ", ".join(
            f"{label} => {'true' if found else 'false'}" for label, found in zip(self._labels, self._found, strict=True)
        )
        return said if len(said) <= REASON_CHARACTERS_MAX else said[: REASON_CHARACTERS_MAX - 1] + "…"


def compiled(filter_: Filter) -> Callable[[Mapping[str, Any], Tenants], Finding]:
    """Make a function of a profile and the ids of its user's tenants. Every rule is asked, so that all can be told."""
    rules = filter_.rules()
    labels = tuple(_label(rule) for rule in rules)
    tests = tuple(_test(rule) for rule in rules)

    def find(profile: Mapping[str, Any], tenants: Tenants) -> Finding:
        found = [test(profile, tenants) for test in tests]
        return Finding(_holds(filter_, iter(found)), labels, found)

    return find


def _holds(filter_: Filter, found: Any) -> bool:
    if not filter_.is_group:
        return bool(next(found))
    held = [_holds(child, found) for child in filter_.filters]  # all of them: each takes its own answers
    return all(held) if filter_.operator == "AND" else any(held)


def _label(rule: Filter) -> str:
    return f"{rule.operator}({', '.join(repr(each) for each in (rule.path, *_values(rule)))})"


def _test(rule: Filter) -> Test:
    """Make the test of a rule; `read_filter` lets no other operator through."""
    return _TESTS[rule.operator](tuple(rule.path.split(".")), rule)


def _values(rule: Filter) -> tuple[str, ...]:
    return (rule.value,) if isinstance(rule.value, str) else rule.value


def _at(profile: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if not isinstance(profile, dict) or part not in profile:
            return _MISSING
        profile = profile[part]
    return profile


def _not(test: Test) -> Test:
    return lambda profile, tenants: not test(profile, tenants)


def _exists(parts: Sequence[str], wanted: bool, profile: Mapping[str, Any], _: Tenants) -> bool:  # noqa: FBT001 bound
    value = _at(profile, parts)
    return (value is not _MISSING and value is not None) is wanted


def _equals(parts: Sequence[str], wanted: str, profile: Mapping[str, Any], _: Tenants) -> bool:
    return _is(_at(profile, parts), wanted)


def _is(value: Any, wanted: str) -> bool:
    """Compare as texts; a number also with another way to write it."""
    text = text_of(value)
    if text == wanted:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    number = number_of(wanted)
    return number is not None and number == number_of(value)


def _compares(
    parts: Sequence[str],
    read: Callable[[Any], Any],
    compare: Callable[[Any, Any], bool],
    wanted: Any,
    profile: Mapping[str, Any],
    _: Tenants,
) -> bool:
    value = read(_at(profile, parts))
    return value is not None and compare(value, wanted)


def _includes(parts: Sequence[str], wanted: Sequence[str], profile: Mapping[str, Any], _: Tenants) -> bool:
    value = _at(profile, parts)
    if isinstance(value, list):
        return any(_is(each, one) for each in value for one in wanted)
    text = text_of(value)
    return text is not None and any(one in text for one in wanted)


def _begins(parts: Sequence[str], wanted: str, profile: Mapping[str, Any], _: Tenants) -> bool:
    text = text_of(_at(profile, parts))
    return text is not None and text.startswith(wanted)


def _ends(parts: Sequence[str], wanted: str, profile: Mapping[str, Any], _: Tenants) -> bool:
    text = text_of(_at(profile, parts))
    return text is not None and text.endswith(wanted)


def _belongs(tenant_id: str, _: Mapping[str, Any], tenants: Tenants) -> bool:
    return tenant_id in tenants


def _comparing(
    read: Callable[[Any], Any], compare: Callable[[Any, Any], bool]
) -> Callable[[Sequence[str], Filter], Test]:
    return lambda parts, rule: partial(_compares, parts, read, compare, read(rule.value))


_TESTS: Mapping[str, Callable[[Sequence[str], Filter], Test]] = {
    "EXISTS": lambda parts, rule: partial(_exists, parts, rule.value == "true"),
    "EQ": lambda parts, rule: partial(_equals, parts, str(rule.value)),
    "NEQ": lambda parts, rule: _not(partial(_equals, parts, str(rule.value))),
    "GT": _comparing(number_of, gt),
    "GTE": _comparing(number_of, ge),
    "LT": _comparing(number_of, lt),
    "LTE": _comparing(number_of, le),
    "IS_BEFORE": _comparing(time_of, lt),
    "IS_AFTER": _comparing(time_of, gt),
    "INCLUDES": lambda parts, rule: partial(_includes, parts, _values(rule)),
    "OMIT": lambda parts, rule: _not(partial(_includes, parts, _values(rule))),
    "STARTS_WITH": lambda parts, rule: partial(_begins, parts, str(rule.value)),
    "ENDS_WITH": lambda parts, rule: partial(_ends, parts, str(rule.value)),
    "MEMBER_OF": lambda _, rule: partial(_belongs, str(rule.value)),
}
