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


class Leave(Link, frozen=True, array_like=True):
    """Unsubscribing from what a message is about. It works for ever: old mail may be answered late."""

    path: ClassVar[str] = "t/u"
    topic_id: str
    """Empty for a message without a topic: then the address gets nothing more."""
    channel: str
    written_at: int
    """Seconds since 1970."""


class Choose(Link, frozen=True, array_like=True):
    """All that a user may choose, shown and changed."""

    path: ClassVar[str] = "t/p"
    written_at: int
    """Seconds since 1970; see `CHOOSING_S`."""


CHOOSING_S = 90 * 24 * 3600
"""How long a link to all choices works: who finds an old mail should not find somebody's choices with it."""
