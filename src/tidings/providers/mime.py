"""An email as bytes (RFC 5322, 2045), built by hand: the standard library's way is right but ten times slower."""

import binascii
import hashlib
import re
from email.utils import formatdate

import msgspec

from tidings.channels import EmailContent
from tidings.errors import InvalidInput
from tidings.providers.attached import with_files
from tidings.providers.mailbox import Mailbox, mailbox_header, mailboxes, one_mailbox, text_header

HEADERS_MAX = 50
"""More custom headers than any mail needs."""
URL_LENGTH_MAX = 900
"""Fits a header line of 998 with its name."""
LINE_LENGTH_MAX = 998
"""RFC 5322 §2.1.1, without CRLF."""
RECIPIENTS_MAX = 100
"""What every server must take in one mail (RFC 5321 §4.5.3.1.8)."""

_PLAIN = bytes({9, 10, 13} | set(range(32, 127)))
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}")
_URL = re.compile(r"(?:https?|mailto):[!#-;=?-~]+")
_ID_LEFT = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "sender", "return-path"}
)


class Mail(msgspec.Struct, frozen=True):
    """An email ready for the wire: its envelope, and itself with CRLF line ends, not yet dot-stuffed."""

    sender: str
    recipients: tuple[str, ...]
    """The one it is for first, then copies."""
    needs_utf8: bool
    """True when an address has no ASCII form, so that the server must offer SMTPUTF8."""
    raw: bytes

    def __repr__(self) -> str:
        """Show no address and no body: a repr ends up in logs."""
        return f"Mail({len(self.recipients)} recipients, {len(self.raw)} bytes)"


def build(content: EmailContent, *, message_id: str, date_ms: int, default_sender: str) -> Mail:
    """Build the mail of the message with this id. Same input, same bytes: an attempt made again is the same mail.

    Raises `InvalidInput` naming the field when an address, a header name or the unsubscribe link cannot be sent;
    line breaks in any header become spaces.
    """
    sender = one_mailbox(content.sender or default_sender, field="sender")
    to = one_mailbox(content.to, field="to")
    reply_to = mailboxes(content.reply_to, field="reply_to") if content.reply_to else ()
    cc = _copies(content.cc, "cc") if content.cc else ()
    bcc = _copies(content.bcc, "bcc") if content.bcc else ()
    recipients = tuple(dict.fromkeys(box.address for box in (to, *cc, *bcc)))
    if len(recipients) > RECIPIENTS_MAX:
        raise InvalidInput(f"a mail goes to {RECIPIENTS_MAX} recipients at most, got {len(recipients)}", path="cc")
    lines = [
        f"From: {mailbox_header(sender)}",
        f"To: {mailbox_header(to)}",
        *_addresses("Cc", cc),
        *_addresses("Reply-To", reply_to),
        f"Subject: {text_header(content.subject)}",
        f"Date: {formatdate(date_ms // 1000)[:-5]}+0000",
        f"Message-ID: {message_id_header(message_id, sender.domain)}",
        "MIME-Version: 1.0",
        *(unsubscribe_lines(content.unsubscribe_url) if content.unsubscribe_url else ()),
        *(_custom(content.headers) if content.headers else ()),
    ]
    head = "\r\n".join(lines).encode()
    body = _body(content.text, content.html, message_id)
    if content.attachments:
        body = with_files(body, content.attachments, message_id)
    raw = b"%b\r\n%b" % (head, body)
    needs_utf8 = any(box.needs_utf8 for box in (sender, to, *cc, *bcc, *reply_to))
    return Mail(sender.address, recipients, needs_utf8, raw)


def message_id_header(message_id: str, domain: str) -> str:
    """Derive the Message-ID header of a message: the same on every attempt, so that receivers can tell it is one."""
    if not _ID_LEFT.fullmatch(message_id) or len(message_id) > 200:
        message_id = hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"<{message_id}@{domain}>"


def _copies(texts: tuple[str, ...], field: str) -> tuple[Mailbox, ...]:
    return tuple(box for text in texts for box in mailboxes(text, field=field))


def _addresses(name: str, boxes: tuple[Mailbox, ...]) -> tuple[str, ...]:
    return (f"{name}: " + ",\r\n ".join(map(mailbox_header, boxes)),) if boxes else ()


def unsubscribe_lines(url: str) -> tuple[str, str]:
    """Write the headers of one-click unsubscribing (RFC 8058). Raises `InvalidInput` for what is no link."""
    if len(url) > URL_LENGTH_MAX or not _URL.fullmatch(url):
        raise InvalidInput("unsubscribe_url must be an http, https or mailto URL", path="unsubscribe_url")
    return f"List-Unsubscribe: <{url}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def _custom(headers: tuple[tuple[str, str], ...]) -> list[str]:
    if len(headers) > HEADERS_MAX:
        raise InvalidInput(f"a mail has {HEADERS_MAX} custom headers at most, got {len(headers)}", path="headers")
    return [f"{custom_name(name)}: {text_header(value)}" for name, value in headers]


def custom_name(name: str) -> str:
    """Check the name of a header that the content brings. Raises `InvalidInput` for one that the mail makes itself."""
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidInput("a header's name is of visible ASCII characters without a colon", path="headers")
    if name.lower() in _OURS or name.lower().startswith("content-"):
        raise InvalidInput(f"the header {name} is made from the content: it cannot be given", path="headers")
    return name


def _body(text: str, html: str, message_id: str) -> bytes:
    # "=_" and a digest stand in no part: quoted-printable writes "=" as "=3D", base64 has no "_", and what is sent as
    # it is was searched for it.
    boundary = b"=_" + hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=15).hexdigest().encode()
    if not html:
        return _part(b"plain", text, boundary) + b"\r\n"
    if not text:
        return _part(b"html", html, boundary) + b"\r\n"
    return b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n--%b\r\n%b\r\n--%b\r\n%b\r\n--%b--\r\n' % (
        boundary,
        boundary,
        _part(b"plain", text, boundary),
        boundary,
        _part(b"html", html, boundary),
        boundary,
    )


def _part(kind: bytes, text: str, boundary: bytes) -> bytes:
    encoding, data = _encoded(_crlf(text.encode("utf-8", "replace")), boundary)
    head = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: %b\r\n\r\n' % (kind, encoding)
    return head + data


def _crlf(data: bytes) -> bytes:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.replace(b"\n", b"\r\n")


def _encoded(data: bytes, boundary: bytes) -> tuple[bytes, bytes]:
    """Choose what is smallest and survives every relay: as it is, quoted-printable, or base64."""
    odd = len(data.translate(None, _PLAIN))
    if not odd and boundary not in data and not _has_long_line(data):
        return b"7bit", data
    if odd * 3 > len(data):  # a third or more: not a Latin script, and nobody reads its source
        return b"base64", _base64(data)
    # The encoder takes its line ends from the first it finds, so give it one, and take it off again.
    return b"quoted-printable", binascii.b2a_qp(data + b"\r\n")[:-2]


def _has_long_line(data: bytes) -> bool:
    """Look for the last line end within reach, again and again: most of the text is skipped."""
    at = 0
    while len(data) - at > LINE_LENGTH_MAX:
        end = data.rfind(b"\r\n", at, at + LINE_LENGTH_MAX + 2)
        if end < 0:
            return True
        at = end + 2
    return False


def _base64(data: bytes) -> bytes:
    line = binascii.b2a_base64(data, newline=False)
    return b"\r\n".join([line[at : at + 76] for at in range(0, len(line), 76)])
