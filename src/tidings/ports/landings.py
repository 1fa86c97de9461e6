"""What is known of attempts before it is on record."""

from collections.abc import Sequence
from typing import Protocol

from tidings.messages import Attempt, Outcome


class Landings(Protocol):
    """How far attempts have come, in notes that outlive the process, though not the machine: at once, and not durable.

    Whoever takes a message over from a process that was killed asks here what became of an attempt that was left open.
    """

    def begun(self, attempts: Sequence[Attempt]) -> None:
        """Note attempts that are on record and about to be made; each is noted again before its provider hears of it.

        Never raises.
        """
        ...

    def handed(self, attempt: Attempt) -> None:
        """Note that a provider is about to hear of an attempt.

        Raises `OSError`, and then it must not, when that cannot be noted, nor what was noted before be taken back.
        """
        ...

    def note(self, attempt: Attempt, outcome: Outcome) -> None:
        """Note what an attempt came to. Never raises: what cannot be noted is merely not known."""
        ...

    def of(self, attempt: Attempt) -> Outcome | None:
        """Tell what any process on this machine has noted of an attempt; None when nobody can know.

        `RetryLater` also where whoever began it is dead, and no provider had heard of it.
        """
        ...

    def forget(self) -> None:
        """Forget what this process noted: all of it is on record."""
        ...
