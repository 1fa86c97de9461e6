"""One-time tokens that open Studio, and the sessions of whoever is signed in."""

from typing import Protocol

from tidings.accounts import StudioSession


class StudioSessionStore(Protocol):
    """Tokens of one-time links and of sessions, kept as hashes."""

    async def mint(self, token: str, *, expires_at: int) -> None:
        """Remember a one-time token until it is used or expires (ms)."""
        ...

    async def redeem(self, token: str, *, now: int) -> bool:
        """Use a one-time token up; true the first time only, and only before it expires."""
        ...

    async def open(self, session: StudioSession, token: str) -> None:
        """Sign in: remember a session by its token. Sessions that have expired are forgotten on the way."""
        ...

    async def read(self, token: str, *, now: int) -> StudioSession | None:
        """Find the session of a token, and prolong it; None when it ended, expired, or its account is disabled."""
        ...

    async def all(self, account_id: str, *, now: int) -> list[StudioSession]:
        """List an account's sessions that last, newest first."""
        ...

    async def end(self, account_id: str, session_id: str) -> None:
        """End one session; the account's id is empty for one that belongs to none. Raises `NotFound`."""
        ...

    async def end_all(self, account_id: str, *, keeping: str | None = None) -> int:
        """End all sessions of an account but one; return how many ended."""
        ...
