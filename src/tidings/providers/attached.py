"""Files that go along with a mail (RFC 2046 §5.1, RFC 2183, RFC 2392)."""

import binascii
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from tidings.channels import Attachment
from tidings.errors import InvalidInput

FILES_MAX = 50
BYTES_MAX = 25_000_000
"""What most services and servers take in one mail."""

_KIND = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@+-]{1,200}")


def with_files(body: bytes, files: Sequence[Attachment], message_id: str) -> bytes:
    """Wrap the body of a mail: pictures that it shows stay beside it, other files come after.

    Raises `InvalidInput` for files that no mail can carry.
    """
    check_files(files)
    shown = [file for file in files if file.content_id]
    other = [file for file in files if not file.content_id]
    if shown:
        body = _multipart(b"related", [body, *map(_file, shown)], message_id)
    return _multipart(b"mixed", [body, *map(_file, other)], message_id) if other else body


def check_files(files: Sequence[Attachment]) -> None:
    """Raise `InvalidInput`, naming no file, when there are too many, when they are too large or oddly named."""
    if len(files) > FILES_MAX:
        raise InvalidInput(f"a mail has {FILES_MAX} attachments at most, got {len(files)}", path="attachments")
    if sum(len(file.data) for file in files) > BYTES_MAX:
        raise InvalidInput(f"attachments have {BYTES_MAX} bytes at most, together", path="attachments")
    for index, file in enumerate(files):
        if not _KIND.fullmatch(file.content_type):
            raise InvalidInput("a content type is like image/png", path=f"attachments[{index}].content_type")
        if file.content_id and not _CONTENT_ID.fullmatch(file.content_id):
            raise InvalidInput("a content id has letters, digits and ._@+-", path=f"attachments[{index}].content_id")


def _multipart(kind: bytes, parts: Sequence[bytes], message_id: str) -> bytes:
    mark = hashlib.blake2b(kind + message_id.encode("utf-8", "replace"), digest_size=15).hexdigest().encode()
    boundary = b"=_" + mark  # stands in no part, as in `mime`
    inner = b"".join(b"--%b\r\n%b\r\n" % (boundary, part.removesuffix(b"\r\n")) for part in parts)
    return b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n%b--%b--\r\n' % (kind, boundary, inner, boundary)


def _file(file: Attachment) -> bytes:
    name = quote(file.filename[:200], safe="")  # RFC 2231 takes percent-encoding, and so no name can end its header
    lines = [
        f"Content-Type: {file.content_type}",
        f"Content-Disposition: {'inline' if file.content_id else 'attachment'}; filename*=utf-8''{name}",
        "Content-Transfer-Encoding: base64",
        *([f"Content-ID: <{file.content_id}>"] if file.content_id else []),
    ]
    line = binascii.b2a_base64(file.data, newline=False)
    data = b"\r\n".join([line[at : at + 76] for at in range(0, len(line), 76)])
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data
