"""What an environment wants to know of the messages it sent (courier-semantics.md §20)."""

import msgspec


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """Which of a recipient's steps are told. Nothing is, in environments that only simulate."""

    opens: bool = True
    """Emails carry a picture that tells when they are opened."""
    clicks: bool = True
    """Links of emails lead by way of us."""
    texts: bool = False
    """With `clicks`, so do links of text messages and chats: they get longer, and a text message may cost more."""


UNTRACKED = Tracking(opens=False, clicks=False)
