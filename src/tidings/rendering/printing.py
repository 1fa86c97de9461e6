"""Values as text, the way JavaScript's Handlebars prints them, and what HTML needs escaped."""

import re
from typing import Any

import msgspec
import nh3

MARKUP_MAX = 32 * 1024
"""Characters of HTML in one value; cleaning takes quadratic time where tags are never closed."""
_DEPTH_MAX = 32
_INT_BITS_MAX = 8_192  # Python refuses to print integers far above this; nobody writes them in a message
_EXACT_BELOW = 1e21  # JavaScript changes to exponents here

_EXPONENT = re.compile(r"e(\d)")

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


def text_of(value: Any, _depth: int = 0) -> str:
    """Print a value: numbers as JSON has them, nothing for null, a list's items with commas between."""
    if type(value) is str:
        return value
    match value:
        case bool():
            text = "true" if value else "false"
        case int():
            text = str(value) if value.bit_length() <= _INT_BITS_MAX else ""
        case float():
            text = _float_text(value)
        case list() | tuple():
            text = ",".join(text_of(item, _depth + 1) for item in value) if _depth < _DEPTH_MAX else ""
        case dict():
            text = "[object Object]"
        case _:
            text = ""
    return text


def _float_text(value: float) -> str:
    if value.is_integer() and abs(value) < _EXACT_BELOW:
        return str(int(value))
    text = msgspec.json.encode(value).decode()
    return "" if text == "null" else _EXPONENT.sub(r"e+\1", text)


def escaped(value: Any) -> str:
    """Print a value into HTML, text or attribute."""
    return text_of(value).translate(_ESCAPES)


_SCRIPT = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "\"'`<>&\\/$\r\n\t\u2028\u2029"})


def script_escaped(value: Any) -> str:
    """Print a value into a script's text: it ends neither the text nor the script. JSON reads it as it was."""
    return text_of(value).translate(_SCRIPT)


_ADDRESS = str.maketrans(dict.fromkeys('<>,;:"\\()[]', " "))
_PHRASE = _ADDRESS | {ord("@"): " "}


def phrase_escaped(value: Any) -> str:
    """Print a value as part of a mailbox: marks that divide mailboxes become spaces."""
    return text_of(value).translate(_PHRASE)


def address_escaped(value: Any) -> str:
    """Print a value as the address of a mailbox."""
    return text_of(value).translate(_ADDRESS)


_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_TAGS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_MARKDOWN = re.compile(r"[\\*_~`\[\]<>|#]")
_LINE_MARK = re.compile(r"(?m)^(\s*)([-+])(?=\s)|^(\s*\d+)([.)])(?=\s)")


def slack_escaped(value: Any) -> str:
    """Print a value into mrkdwn: it cannot become a link, a mention or a broadcast."""
    return text_of(value).translate(_SLACK)


def tag_escaped(value: Any) -> str:
    """Print a value between tags of HTML, with no more entities than chats know."""
    return text_of(value).translate(_TAGS)


def markdown_escaped(value: Any) -> str:
    """Print a value into markdown: its characters are shown."""
    text = _MARKDOWN.sub(r"\\\g<0>", text_of(value))
    return _LINE_MARK.sub(lambda found: f"{found[1] or found[3] or ''}\\{found[2] or found[4]}", text)


def has_markup(text: str) -> bool:
    """Tell whether a value brings HTML of its own. What is longer than a value has reason to be is text."""
    return len(text) <= MARKUP_MAX and ("<" in text or "&" in text)


def sanitised(value: Any, cleaned: dict[str, str]) -> str:
    """Print a value that brings HTML of its own (`{{{value}}}`): its markup stays, anything that could run goes.

    `cleaned` remembers what was cleaned before: a loop may print one value thousands of times.
    """
    text = text_of(value)
    if not has_markup(text):
        return text.translate(_ESCAPES)
    if text not in cleaned:
        cleaned[text] = nh3.clean(text)
    return cleaned[text]
