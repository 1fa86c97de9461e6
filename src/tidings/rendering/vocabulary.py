"""The helpers that templates may call: Handlebars' own and the first of Courier's (courier-semantics.md §15)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tidings.elemental.path import parse_path
from tidings.rendering.lookup import from_root, step
from tidings.rendering.printing import text_of
from tidings.rendering.program import Run, Scope

Helper: TypeAlias = Callable[[list[Any], Run, Scope], Any]


def truthy(value: Any) -> bool:
    """What a condition takes for yes: not `false`, null, 0, `""` or `[]`; an empty object is yes."""
    return value is not None and value is not False and value not in (0, "", [])


def _lookup(args: list[Any], _run: Run, _scope: Scope) -> Any:
    collection, key = [*args, None, None][:2]
    return step(collection, text_of(key))


def _nothing(_args: list[Any], _run: Run, _scope: Scope) -> Any:
    return None


def _default(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return next((value for value in args if value is not None), None)


def _and(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return all(truthy(value) for value in args)


def _or(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return any(truthy(value) for value in args)


def _not(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return not any(truthy(value) for value in args)


def _concat(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return "".join(text_of(value) for value in args)


def _trim(args: list[Any], _run: Run, _scope: Scope) -> Any:
    return text_of(args[0] if args else None).strip()


def _capitalize(args: list[Any], _run: Run, _scope: Scope) -> Any:
    text = text_of(args[0] if args else None)
    return text[:1].upper() + text[1:]


def _path(args: list[Any], run: Run, scope: Scope) -> Any:
    parts = parse_path(text_of(args[0] if args else None))
    return None if parts is None else from_root(parts[1:] if parts[0] == "$" else parts)(run, scope)


def _var(args: list[Any], run: Run, scope: Scope) -> Any:
    """Courier prints the path itself, in braces, where nothing is found."""
    value = _path(args, run, scope)
    return "{" + text_of(args[0] if args else None) + "}" if value is None else value


VOCABULARY: Mapping[str, Helper] = {
    "lookup": _lookup,
    # Handlebars' own prints to the console; a console here is a log, and logs hold no personal data.
    "log": _nothing,
    "default": _default,
    "and": _and,
    "or": _or,
    "not": _not,
    "concat": _concat,
    "trim": _trim,
    "capitalize": _capitalize,
    "path": _path,
    "var": _var,
}
