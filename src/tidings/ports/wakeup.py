"""Waking other processes when there is work."""

from typing import Literal, Protocol

Topic = Literal["stream", "due", "expand", "config"]
"""`stream`: something was appended; `expand`: a request to many waits to become messages;
`due`: messages are due; `config`: keys, templates or providers changed."""


class Wakeup(Protocol):
    """Tells every process of an installation that something happened. A hint, not a queue: it may be lost or doubled.

    So whoever waits also looks by itself now and then, rarely.
    """

    def wake(self, topic: Topic) -> None:
        """Tell everyone, this process too. Never blocks, never raises."""
        ...

    async def wait(self, topic: Topic, timeout_s: float) -> bool:
        """Wait until woken or until the time is over; a wake since the last wait counts. True when woken."""
        ...

    async def close(self) -> None:
        """Stop listening. Safe to call twice."""
        ...
