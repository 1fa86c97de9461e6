"""Filters of audiences: rules over a profile, and groups of them, read from what clients send and held to bounds."""

from typing import Any, NoReturn

import msgspec

from tidings.audiences.values import number_of, time_of
from tidings.errors import InvalidInput

GROUPS = ("AND", "OR")
RULES_MAX = 100
"""In one filter, with those of its groups."""
DEPTH_MAX = 5
VALUES_MAX = 100
PATH_BYTES_MAX = 256
VALUE_BYTES_MAX = 1024
ACCOUNT = "account_id"
"""The only path of `MEMBER_OF`: its value is a tenant's id."""

_TEXTS = frozenset({"EQ", "NEQ", "STARTS_WITH", "ENDS_WITH", "MEMBER_OF"})
_NUMBERS = frozenset({"GT", "GTE", "LT", "LTE"})
_TIMES = frozenset({"IS_BEFORE", "IS_AFTER"})
_MANY = frozenset({"INCLUDES", "OMIT"})
OPERATORS = tuple(sorted({"EXISTS", *_TEXTS, *_NUMBERS, *_TIMES, *_MANY}))


class Filter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule, or a group of rules: then `operator` is `AND` or `OR`, and `filters` holds them."""

    operator: str
    path: str = ""
    """Into the profile, with dots: `location.city`."""
    value: str | tuple[str, ...] = ""
    """Several for `INCLUDES` and `OMIT` alone."""
    filters: tuple["Filter", ...] = ()

    @property
    def is_group(self) -> bool:
        """Tell a group from a rule."""
        return self.operator in GROUPS

    def rules(self) -> list["Filter"]:
        """List the rules, also those of groups within, from left to right."""
        return [rule for child in self.filters for rule in child.rules()] if self.is_group else [self]


def shown_filter(filter_: Filter) -> dict[str, Any]:
    """Write a filter as clients read it."""
    if filter_.is_group:
        return {"operator": filter_.operator, "filters": [shown_filter(child) for child in filter_.filters]}
    value = filter_.value if isinstance(filter_.value, str) else list(filter_.value)
    return {"operator": filter_.operator, "path": filter_.path, "value": value}


def read_filter(raw: Any, *, operator: str | None = None, path: str = "filter") -> Filter:
    """Read a filter: a group, a rule that stands alone, or rules without an operator. The answer is a group.

    `operator` stands beside the filter in a request, and wins over its own. Raises `InvalidInput` with the path of what
    is wrong.
    """
    if not isinstance(raw, dict):
        _refuse("a filter is an object with `filters`", path)
    if "filters" not in raw:
        raw = {"filters": [raw]}
    group = _group({**raw, "operator": operator or raw.get("operator")}, path, depth=1)
    if len(group.rules()) > RULES_MAX:
        _refuse(f"a filter has {RULES_MAX} rules at most, with those of its groups", path)
    return group


def _group(raw: dict[str, Any], path: str, *, depth: int) -> Filter:
    children, operator = raw.get("filters"), raw.get("operator")
    if depth > DEPTH_MAX:
        _refuse(f"groups nest {DEPTH_MAX} levels at most", path)
    if not isinstance(children, list) or not 0 < len(children) <= RULES_MAX:
        _refuse(f"`filters` is an array of one to {RULES_MAX} rules", f"{path}.filters")
    if operator is None and len(children) > 1:
        _refuse("several rules need an operator: AND or OR", f"{path}.operator")
    if operator is not None and operator not in GROUPS:
        _refuse("operator should be equal to one of the allowed values AND, OR", f"{path}.operator")
    read = tuple(_child(child, f"{path}.filters[{index}]", depth) for index, child in enumerate(children))
    return Filter(operator or "AND", filters=read)


def _child(raw: Any, path: str, depth: int) -> Filter:
    if not isinstance(raw, dict):
        _refuse("a rule is an object with `operator`, `path` and `value`", path)
    return _group(raw, path, depth=depth + 1) if "filters" in raw else _rule(raw, path)


def _rule(raw: dict[str, Any], path: str) -> Filter:
    operator, where = raw.get("operator"), raw.get("path")
    if operator not in OPERATORS:
        allowed = ", ".join(OPERATORS)
        _refuse(f"operator should be equal to one of the allowed values {allowed}", f"{path}.operator")
    if not isinstance(where, str) or not all(where.split(".")) or len(where.encode()) > PATH_BYTES_MAX:
        _refuse(f"a path is words with dots between, {PATH_BYTES_MAX} bytes at most", f"{path}.path")
    if operator == "MEMBER_OF" and where != ACCOUNT:
        _refuse(f"the path of MEMBER_OF is `{ACCOUNT}`, its value a tenant's id", f"{path}.path")
    return Filter(operator, where, _value(operator, raw.get("value"), f"{path}.value"))


def _value(operator: str, raw: Any, path: str) -> str | tuple[str, ...]:
    if isinstance(raw, list):
        if operator not in _MANY or not 0 < len(raw) <= VALUES_MAX:
            _refuse(f"one value stands here; {VALUES_MAX} at most with INCLUDES and OMIT", path)
        return tuple(_text(each, f"{path}[{index}]") for index, each in enumerate(raw))
    text = _text(raw, path)
    if operator == "EXISTS" and text not in ("true", "false"):
        _refuse("EXISTS compares with `true` or `false`", path)
    if operator in _NUMBERS and number_of(text) is None:
        _refuse(f"{operator} compares with a number", path)
    if operator in _TIMES and time_of(text) is None:
        _refuse(f"{operator} compares with a time in ISO-8601: 2026-01-31 or 2026-01-31T12:00:00Z", path)
    return text


def _text(raw: Any, path: str) -> str:
    if isinstance(raw, bool | int | float):
        raw = msgspec.json.encode(raw).decode()
    if not isinstance(raw, str) or len(raw.encode()) > VALUE_BYTES_MAX:
        _refuse(f"a value is a text of {VALUE_BYTES_MAX} bytes at most", path)
    return str(raw)


def _refuse(what: str, path: str) -> NoReturn:
    raise InvalidInput(what, path=path)
