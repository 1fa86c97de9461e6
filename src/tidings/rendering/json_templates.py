"""JSON whose texts are templates: values come into texts, never into the structure."""

from collections.abc import Callable
from typing import Any, TypeAlias

from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import render
from tidings.rendering.render_error import RenderError
from tidings.rendering.stage import Stage
from tidings.rendering.tags import Tags

JsonTemplate: TypeAlias = Callable[[Stage], Any]
DEPTH_MAX = 32


def json_template(value: Any, path: str, *, said: Callable[[str], str] = str, depth: int = 0) -> JsonTemplate:
    """Compile. `said` is what is done to a text that variables had a part in. Raises `RenderError` at `path`."""
    if depth > DEPTH_MAX:
        raise RenderError(path, f"may be {DEPTH_MAX} levels deep at most")
    if isinstance(value, str):
        source = Tags(value, path, single=False).source
        if "{{" not in source:
            return lambda _stage: value
        operations = compile(source, escape=Escape.NONE, path=path).operations
        return lambda stage: said(render(operations, stage))
    if isinstance(value, dict):
        fields = [
            (key, json_template(item, f"{path}.{key}", said=said, depth=depth + 1)) for key, item in value.items()
        ]
        return lambda stage: {key: item(stage) for key, item in fields}
    if isinstance(value, list):
        items = [
            json_template(item, f"{path}[{index}]", said=said, depth=depth + 1) for index, item in enumerate(value)
        ]
        return lambda stage: [item(stage) for item in items]
    return lambda _stage: value
