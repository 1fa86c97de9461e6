"""What stores said of settings, remembered until a setting changes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_ANSWERS_MAX = 10_000
"""Of one question; past it everything is forgotten, and asked again."""


class Memory:
    """Answers as of one revision of all settings (`Claim.as_of`). Newer than it they may be, older never."""

    def __init__(self) -> None:
        self._as_of: int | None = None
        self._kept: dict[Any, dict[Any, Any]] = {}

    def renew(self, as_of: int | None) -> None:
        """Forget what was said at another revision; with None, where nobody knows the revision, everything."""
        if as_of is None or as_of != self._as_of:
            self._as_of = as_of
            self._kept.clear()

    async def ask(self, find: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], keys: Iterable[K]) -> dict[K, V]:
        """Ask a store for what is not known yet. What it does not have is left out, and remembered as well."""
        wanted = dict.fromkeys(keys)
        kept: dict[K, V | None] = self._kept.setdefault(find, {})
        if missing := [key for key in wanted if key not in kept]:
            if len(kept) + len(missing) > _ANSWERS_MAX:
                kept.clear()
                missing = list(wanted)
            found = await find(missing)
            kept.update((key, found.get(key)) for key in missing)
        return {key: answer for key in wanted if (answer := kept[key]) is not None}
