"""How often somebody tried to sign in."""

from collections.abc import Sequence
from typing import Protocol


class SignInTries(Protocol):
    """Counts of tries, which all API processes share. However many there are who try, what is kept is bounded.

    What is tried is named by a subject, such as `account:ann@example.com` or `address:203.0.113.7`; only a keyed hash
    of 16 bits of it is kept, so now and then two subjects share their counts.
    """

    async def begin(self, subjects: Sequence[tuple[str, int]], *, now: int) -> int:
        """Count a try for each subject, given with how many are free, before it is looked at. Give 0.

        When one of them has to wait, count none, and give how long (ms).
        """
        ...

    async def forget(self, subject: str) -> None:
        """Begin anew: the last try was right."""
        ...

    async def take_back(self, subjects: Sequence[str]) -> None:
        """Count one try less for each of these: it was no wrong one."""
        ...
