"""What a link of ours means. It names a message, never a person: links lie in logs and histories of browsers."""

from typing import ClassVar

import msgspec


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A link in one message."""

    path: ClassVar[str]
    """Where it leads, below the public URL."""
    environment_id: int
    message_id: str


class Open(Link, frozen=True, array_like=True):
    """The picture that an opened email fetches."""

    path: ClassVar[str] = "t/o"
    channel: str
    provider: str
    """The account that the message went by: its lines in the history stand together."""


class Click(Link, frozen=True, array_like=True):
    """A link of the message's own, by way of us."""

    path: ClassVar[str] = "t/c"
    channel: str
    provider: str
    url: str
    """Where it leads to."""
