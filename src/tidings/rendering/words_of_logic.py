"""Helpers that decide (courier-semantics.md §15)."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from tidings.elemental.path import parse_path
from tidings.rendering.called import Called, Vocabulary
from tidings.rendering.conditions import COMPARE
from tidings.rendering.lookup import from_root
from tidings.rendering.truth import truthy

_ORDER: dict[str, Callable[[Any, Any], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}
_FILTERS = {
    "EQUALS": "==",
    "NOT_EQUALS": "!=",
    "CONTAINS": "contains",
    "NOT_CONTAINS": "not_contains",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUALS": ">=",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUALS": "<=",
}


def _condition(called: Called) -> bool:
    op = called.text(1)
    if op not in COMPARE or op in {"contains", "not_contains"}:
        raise called.wrong("knows == === != !== > >= < <= as its second argument")
    # The table speaks the words of `Comparison`; what is none was refused above.
    return COMPARE[op](called.value(0), called.value(2))


def _filter(called: Called) -> bool:
    source, name, op = called.text(0), called.text(1), called.text(2).upper()
    path = parse_path(name.removeprefix("$."))
    if source not in {"data", "profile", "tenant"} or path is None:
        raise called.wrong("takes data or profile, and a property of it")
    value = from_root((source, *path))(called.run, called.scope)
    if op in {"IS_EMPTY", "NOT_EMPTY", "IS_NOT_EMPTY"}:
        return (value in (None, "", [], {})) is (op == "IS_EMPTY")
    if op not in _FILTERS:
        raise called.wrong(f"knows {', '.join(_FILTERS)}, IS_EMPTY and NOT_EMPTY")
    return COMPARE[_FILTERS[op]](value, called.value(3))  # type: ignore[index]


def _conditional(called: Called) -> bool:
    values, word = called.args, "and"
    if values and isinstance(values[-1], str) and values[-1].lower() in {"and", "or"}:
        values, word = values[:-1], str(values[-1]).lower()
    return all(map(truthy, values)) if word == "and" else any(map(truthy, values))


DECIDES: Vocabulary = {
    "and": lambda called: all(map(truthy, called.args)),
    "or": lambda called: any(map(truthy, called.args)),
    "not": lambda called: not any(map(truthy, called.args)),
    "condition": _condition,
    "conditional": _conditional,
    "filter": _filter,
}
"""These may stand as blocks too: `{{#condition a "==" b}}…{{else}}…{{/condition}}`."""
