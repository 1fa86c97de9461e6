"""How a channel prints values."""

from enum import Enum


class Escape(Enum):
    """How values are printed."""

    NONE = "none"
    """As they are: subjects, plain text, anything checked afterwards."""
    WORDS = "words"
    """As they are; of `{{{value}}}` the words of its markup: the plain text of an email."""
    HTML = "html"
    """Escaped; `{{{value}}}` keeps the value's own markup, less all that could run."""
    TAGS = "tags"
    """Escaped as chats read HTML; there is no markup of a value's own, here and below."""
    SLACK = "slack"
    MARKDOWN = "markdown"
    SCRIPT = "script"
    """Into a text in quotes within a script of HTML, or JSON in one."""
    PHRASE = "phrase"
    """Into a line of mailboxes, as part of one: it begins no other (RFC 5322 §3.4)."""
    ADDRESS = "address"
    """The same, where an address may stand: between angle brackets."""
