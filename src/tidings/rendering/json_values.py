"""JSON that names variables, at work (`elemental/json_source.py`)."""

from collections.abc import Callable
from typing import Any, TypeAlias

from tidings.elemental.json_source import Joined, JsonArray, JsonObject, JsonSource, Variable
from tidings.rendering.lookup import from_root
from tidings.rendering.printing import text_of
from tidings.rendering.program import Run, Scope

Value: TypeAlias = Callable[[Run, Scope], Any]


def json_value(source: JsonSource) -> Value:
    """Make the function that answers with the value. What is missing is null."""
    match source:
        case JsonObject(fields=fields):
            made = [(key, json_value(value)) for key, value in fields]
            return lambda run, scope: {key: value(run, scope) for key, value in made}
        case JsonArray(items=items):
            values = [json_value(item) for item in items]
            return lambda run, scope: [value(run, scope) for value in values]
        case Variable(path=path):
            return from_root(path)
        case Joined(of=parts):
            return _joined([json_value(part) for part in parts])
    constant = int(source) if isinstance(source, float) and source.is_integer() else source
    return lambda _run, _scope: constant


def _joined(parts: list[Value]) -> Value:
    def join(run: Run, scope: Scope) -> Any:
        values = [part(run, scope) for part in parts]
        if all(isinstance(value, dict) for value in values):
            return {key: item for value in values for key, item in value.items()}
        if all(isinstance(value, list) for value in values):
            return [item for value in values for item in value]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return sum(values)
        return "".join(text_of(value) for value in values)

    return join
