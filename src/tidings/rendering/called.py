"""A helper being called."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tidings.rendering.printing import text_of
from tidings.rendering.program import Run, Scope
from tidings.rendering.render_error import RenderError


class Called:
    """What a helper is given. Everything in it is JSON."""

    __slots__ = ("args", "name", "named", "run", "scope")

    def __init__(self, name: str, args: list[Any], named: dict[str, Any], run: Run, scope: Scope) -> None:
        self.name = name
        self.args = args
        self.named = named
        self.run = run
        self.scope = scope

    def value(self, at: int = 0) -> Any:
        """Give an argument, null when it was not given."""
        return self.args[at] if at < len(self.args) else None

    def text(self, at: int = 0) -> str:
        """Give an argument as it would be printed."""
        return text_of(self.value(at))

    def number(self, at: int = 0) -> float:
        """Give an argument as a number. Raises `RenderError`."""
        value = self.value(at)
        if isinstance(value, str) and len(value) <= 40:
            try:
                value = float(value)
            except ValueError:
                value = None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(f"takes a number as argument {at + 1}")
        if abs(value) > 1e300:
            raise self.wrong("takes numbers below 1e300")
        return value

    def wrong(self, detail: str) -> RenderError:
        """Say what is wrong, quoting no value."""
        return RenderError("", f"the helper {self.name} {detail}")


Helper: TypeAlias = Callable[[Called], Any]
Vocabulary: TypeAlias = Mapping[str, Helper]
