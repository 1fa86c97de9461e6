"""One-time tokens that open Studio."""

from typing import Protocol


class StudioSessionStore(Protocol):
    """One-time tokens, kept as hashes."""

    async def mint(self, token: str, *, expires_at: int) -> None:
        """Remember a token until it is used or expires (ms)."""
        ...

    async def redeem(self, token: str, *, now: int) -> bool:
        """Use a token up; true the first time only, and only before it expires."""
        ...
