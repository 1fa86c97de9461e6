"""The environments there are, held in memory: a message names its own by id."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from tidings.workspaces import Environment


class Environments:
    """What is known of environments. One that was made since is read when it is first met."""

    def __init__(
        self, known: Iterable[Environment], *, read: Callable[[], Awaitable[Sequence[Environment]]] | None = None
    ) -> None:
        self._known = {each.id: each for each in known}
        self._read = read

    async def of(self, ids: Iterable[int]) -> Mapping[int, Environment]:
        """Find these."""
        wanted = set(ids)
        if self._read is not None and not wanted <= self._known.keys():
            self._known = {each.id: each for each in await self._read()}
        return {each: self._known[each] for each in wanted}
