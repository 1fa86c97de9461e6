"""Changing a destination that others may be changing too."""

from collections.abc import Awaitable, Callable

from tidings.destinations import Destination
from tidings.errors import Conflict
from tidings.ports import DestinationStore

_TRIES = 10
"""Each means that somebody else's change went through meanwhile."""


async def changed(
    destinations: DestinationStore,
    environment_id: int,
    destination_id: str,
    change: Callable[[Destination], Destination],
    *,
    check: Callable[[Destination], Awaitable[None]],
) -> Destination:
    """Change one as it stands, and give it as it then is: what others change meanwhile stays changed.

    `check` raises for what must not be. Raises `NotFound`, and `Conflict` when it never stands still.
    """
    for _ in range(_TRIES):
        stored = await destinations.get(environment_id, destination_id)
        made = change(stored)
        await check(made)
        if await destinations.replace(stored, made):
            return made
    raise Conflict("others are changing this destination all the time: try again")
