"""What an installation knows of itself: which one it is, where it lives, and whether it may send."""

from typing import Protocol

import msgspec


class Hold(msgspec.Struct, frozen=True):
    """Nothing is sent, since when (ms) and why."""

    since: int
    because: str


class InstallationStore(Protocol):
    """The installation's own row.

    While it is held, everything goes on but sending: calls are taken, profiles built, messages enqueued.
    """

    async def id(self) -> str:
        """Tell its id; a copy that has moved in has another one than its original."""
        ...

    async def home(self) -> str | None:
        """Tell where it lived when it last moved in; None when it never did."""
        ...

    async def server(self) -> tuple[str, int, str] | None:
        """Tell which database of which server holds it: name, number, and the id of the server (empty when not told).

        None when it is a file: then the file's place tells where the installation lives.
        """
        ...

    async def move_in(self, home: str, *, instead_of: str | None, held_because: str = "", now: int) -> bool:
        """Note where it lives now, unless somebody else did: False when `home` was no longer `instead_of`.

        With a reason it is a copy: it gets a new id and is held. An older hold stays as it is.
        """
        ...

    async def hold(self) -> Hold | None:
        """Tell whether it is held; None when it may send."""
        ...

    async def keep(self, because: str, *, now: int) -> Hold:
        """Hold it. A hold that stands already stays, and is given."""
        ...

    async def release(self) -> bool:
        """Let it send. False when it was not held."""
        ...
