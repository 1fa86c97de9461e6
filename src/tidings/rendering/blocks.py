"""The blocks of Handlebars: `if`, `unless`, `each`, `with`, and sections."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from tidings.rendering.lookup import Read
from tidings.rendering.program import Frame, Operation, Operations, Run, Scope, play
from tidings.rendering.truth import truthy

MakeBlock: TypeAlias = Callable[[Read, Mapping[str, Read], tuple[str, ...], Operations, Operations], Operation]


def _if(
    read: Read, named: Mapping[str, Read], _params: tuple[str, ...], body: Operations, inverse: Operations
) -> Operation:
    include_zero = named.get("includeZero")

    def choose(run: Run, scope: Scope) -> None:
        value = read(run, scope)
        zero_counts = include_zero is not None and include_zero(run, scope) is True
        shows = truthy(value) or (zero_counts and value == 0 and value is not False)
        play(body if shows else inverse, run, scope)

    return choose


def _unless(
    read: Read, named: Mapping[str, Read], params: tuple[str, ...], body: Operations, inverse: Operations
) -> Operation:
    return _if(read, named, params, inverse, body)


def _with(
    read: Read, _named: Mapping[str, Read], params: tuple[str, ...], body: Operations, inverse: Operations
) -> Operation:
    def enter(run: Run, scope: Scope) -> None:
        value = read(run, scope)
        if value is None or value is False or value in ("", []):
            play(inverse, run, scope)
        else:
            play(body, run, scope.entering(value, params=dict(zip(params, [value], strict=False))))

    return enter


def _each(
    read: Read, _named: Mapping[str, Read], params: tuple[str, ...], body: Operations, inverse: Operations
) -> Operation:
    def repeat(run: Run, scope: Scope) -> None:
        _repeat(read(run, scope), params, (body, inverse), run, scope)

    return repeat


def chosen(read: Read, body: Operations, inverse: Operations) -> Operation:
    """Play one of two by what a helper decides."""
    return lambda run, scope: play(body if truthy(read(run, scope)) else inverse, run, scope)


def speaking(tongue: Read, body: Operations) -> Operation:
    """Make `{{#intl locales="fr"}}`: what stands in it is said in that language, not in the recipient's."""

    def speak(run: Run, scope: Scope) -> None:
        said = tongue(run, scope)
        stage, before = run.stage, run.stage.locale
        stage.locale = said if isinstance(said, str) and said else before
        try:
            play(body, run, scope)
        finally:
            stage.locale = before

    return speak


def section(read: Read, params: tuple[str, ...], body: Operations, inverse: Operations) -> Operation:
    """Make `{{#name}}` of a plain value: a list repeats, `true` shows, an object is entered."""

    def open_section(run: Run, scope: Scope) -> None:
        value = read(run, scope)
        if value is True:
            play(body, run, scope)
        elif value is False or value is None:
            play(inverse, run, scope)
        elif isinstance(value, list | tuple):
            _repeat(value, params, (body, inverse), run, scope)
        else:
            play(body, run, scope.entering(value))

    return open_section


def _repeat(items: Any, params: tuple[str, ...], bodies: tuple[Operations, Operations], run: Run, scope: Scope) -> None:
    body, inverse = bodies
    if not isinstance(items, dict | list | tuple) or not items:
        play(inverse, run, scope)
        return
    last = len(items) - 1
    for index, (key, item) in enumerate(_pairs(items)):
        frame = Frame({"key": key, "index": index, "first": index == 0, "last": index == last}, scope.frame)
        play(body, run, scope.entering(item, params=dict(zip(params, (item, key), strict=False)), frame=frame))


def _pairs(items: dict[str, Any] | list[Any] | tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    yield from items.items() if isinstance(items, dict) else enumerate(items)


BLOCKS: Mapping[str, MakeBlock] = {"if": _if, "unless": _unless, "each": _each, "with": _with}
