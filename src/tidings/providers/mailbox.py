"""Mailboxes and header values (RFC 5322, RFC 2047), and nothing in them that could start a new line."""

import binascii
import re
from email.utils import getaddresses

import idna
import msgspec

from tidings.errors import InvalidInput

ADDRESS_LENGTH_MAX = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""
MAILBOXES_MAX = 100
"""Most servers take 100 recipients a mail (RFC 5321 §4.5.3.1.8)."""
RAW_LENGTH_MAX = 900
"""A header longer than this is folded; RFC 5322 allows 998 a line, name included."""
WORD_BYTES_MAX = 39
"""Keeps `Subject: ` and its first encoded word within RFC 2047's 76 characters a line."""

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = rf"{_ATEXT}+(?:\.{_ATEXT}+)*@{_LABEL}(?:\.{_LABEL})*"
_BARE = re.compile(_ADDRESS)
_NAMED = re.compile(rf"({_ATEXT}*(?:[ .]+{_ATEXT}+)*) *<({_ADDRESS})>")
_ATOMS = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_PRINTABLE = re.compile(r"[ -~]*")
_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSAFE_LOCAL = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>()\[\]:;,\\\"@\u2028\u2029]")


class Mailbox(msgspec.Struct, frozen=True):
    """A name, which may be empty, and an address whose domain is ASCII (punycode where it was not)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the `@`."""
        return self.address.rpartition("@")[2]

    @property
    def needs_utf8(self) -> bool:
        """True when only a server with SMTPUTF8 (RFC 6531) can take it: a local part has no ASCII form."""
        return not self.address.isascii()

    def __repr__(self) -> str:
        """Show no address: a repr ends up in logs."""
        return "Mailbox(…)"


def one_mailbox(text: str, *, field: str) -> Mailbox:
    """Read `Ann <ann@example.com>` or `ann@example.com`. Raises `InvalidInput` at `field`, without the text."""
    found = mailboxes(text, field=field)
    if len(found) != 1:
        raise InvalidInput(f"{field} must be one email address, got {len(found)}", path=field)
    return found[0]


def mailboxes(text: str, *, field: str) -> tuple[Mailbox, ...]:
    """Read mailboxes separated by commas; an empty text is none. Raises `InvalidInput` at `field`."""
    if len(text) <= ADDRESS_LENGTH_MAX:
        if _BARE.fullmatch(text):
            return (Mailbox("", text),)
        if named := _NAMED.fullmatch(text):
            return (Mailbox(" ".join(named[1].split()), named[2]),)
    if len(text) > MAILBOXES_MAX * (ADDRESS_LENGTH_MAX + RAW_LENGTH_MAX):
        raise InvalidInput(f"{field} is too long", path=field)
    text = one_line(text)
    found = [(name, address) for name, address in getaddresses([text]) if address]
    if any(address not in text for _, address in found):  # the parser takes out spaces and comments
        raise InvalidInput(f"{field} is not an email address", path=field)
    return tuple(_odd_mailbox(name, address, field) for name, address in found)


def _odd_mailbox(name: str, address: str, field: str) -> Mailbox:
    local, at, domain = address.rpartition("@")
    if not at or not local or len(address) > ADDRESS_LENGTH_MAX or _UNSAFE_LOCAL.search(local):
        raise InvalidInput(f"{field} is not an email address", path=field)
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise InvalidInput(f"the domain in {field} is not a valid one", path=field) from None
    return Mailbox(" ".join(name[:RAW_LENGTH_MAX].split()), f"{local}@{ascii_domain}")


def one_line(text: str) -> str:
    """Turn whatever would end a line, and other controls, into spaces."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text if text.isprintable() else _BREAKING.sub(" ", text)


def mailbox_header(mailbox: Mailbox) -> str:
    """Write a mailbox for a header. Its address is not ASCII only where the mail needs SMTPUTF8."""
    name = mailbox.name
    if not name:
        return mailbox.address
    if len(name) > 200 or not _PRINTABLE.fullmatch(name) or "=?" in name:
        return f"{_words(name)}\r\n <{mailbox.address}>"
    if not _ATOMS.fullmatch(name):
        name = '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return f"{name} <{mailbox.address}>"


def text_header(text: str) -> str:
    """Write free text for a header: as it is where that is safe, else in encoded words (RFC 2047)."""
    text = one_line(text).strip()
    if len(text) <= RAW_LENGTH_MAX and _PRINTABLE.fullmatch(text) and "=?" not in text:
        return text
    return _words(text)


def _words(text: str) -> str:
    data = text.encode()
    if len(data) <= WORD_BYTES_MAX:
        return _word(data)
    words, chunk = [], bytearray()
    for character in text:  # a character may not be split between words
        piece = character.encode()
        if len(chunk) + len(piece) > WORD_BYTES_MAX:
            words.append(_word(chunk))
            chunk.clear()
        chunk += piece
    words.append(_word(chunk))
    return "\r\n ".join(words)


def _word(data: bytes | bytearray) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(data, newline=False).decode()}?="
