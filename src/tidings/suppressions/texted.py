"""What the owner of a number answered by text message: STOP, or START."""

import msgspec

STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "OPT-OUT"}
)
"""Twilio's and Telnyx's own, and two spellings more."""
START_WORDS = frozenset({"START", "UNSTOP"})
_WORD_LENGTH_MAX = 40


class Texted(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about a number, by its owner."""

    number: str
    """In E.164."""
    wants: bool
    """Whether messages may come again; False when none shall."""
    at: int
    """When it came (ms)."""
    id: str
    """The same each time the service tells of it."""


def wish_in(text: str) -> bool | None:
    """Read whether somebody wants messages: a word, alone in its text. None when it is another text."""
    text = text.strip()
    word = " ".join(text.split()).strip(" .!\"'").upper() if len(text) <= _WORD_LENGTH_MAX else ""
    if word in STOP_WORDS:
        return False
    return True if word in START_WORDS else None
