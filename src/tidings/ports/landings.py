"""What providers answered, before that is on record."""

from typing import Protocol

from tidings.messages import Attempt, Outcome


class Landings(Protocol):
    """Outcomes that outlive the process that heard them, though not the machine: noted at once, and not durable.

    Whoever takes a message over from a process that was killed asks here what became of an attempt that was left open.
    """

    def note(self, attempt: Attempt, outcome: Outcome) -> None:
        """Note what an attempt came to. Never raises: what cannot be noted is merely not known."""
        ...

    def of(self, attempt: Attempt) -> Outcome | None:
        """Tell what any process on this machine has noted of an attempt; None when nobody did."""
        ...

    def forget(self) -> None:
        """Forget what this process noted: all of it is on record."""
        ...
