"""One HTTP request and one answer, as values: what a provider writes and reads without touching a socket."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

RETRY_AFTER_S_MAX = 24 * 3600.0
"""Nobody waits longer than a message lives."""


class FormFile(msgspec.Struct, frozen=True):
    """A file in a form."""

    field: str
    filename: str
    content_type: str
    data: bytes

    def __repr__(self) -> str:
        """Show no name and no content."""
        return f"FormFile({len(self.data)} bytes)"


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request; one of `json`, `form` and `body` is its body."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = {}
    json: Any = None
    form: Mapping[str, str | tuple[str, ...]] | None = None
    files: tuple[FormFile, ...] = ()
    """They go along with a form."""
    body: bytes = b""
    sends: bool = True
    """False for look-ups and logins: when one of them goes unanswered, nothing was sent."""
    guarded: bool = False
    """True when somebody outside chose the URL: it may not lead into a private network."""

    def encoded(self) -> "HttpRequest":
        """Give the same request with its body as bytes and the header that says of what kind they are."""
        if self.json is not None:
            return self._with_body(msgspec.json.encode(self.json), "application/json")
        if self.form is not None and self.files:
            boundary, body = _multipart(self.form, self.files)
            return self._with_body(body, f"multipart/form-data; boundary={boundary}")
        if self.form is not None:
            form = urlencode(self.form, doseq=True).encode()
            return self._with_body(form, "application/x-www-form-urlencoded")
        return self

    def _with_body(self, body: bytes, kind: str) -> "HttpRequest":
        headers = self.headers
        if "content-type" not in {name.lower() for name in headers}:
            headers = {**headers, "Content-Type": kind}
        return msgspec.structs.replace(self, body=body, json=None, form=None, files=(), headers=headers)

    def __repr__(self) -> str:
        """Show no URL, no header and no body: a repr ends up in logs."""
        return f"HttpRequest({self.method}, {len(self.body)} bytes)"


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. Header names are in lower case; the body is cut where it passed the bound."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON, or None when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def retry_after_s(self) -> float | None:
        """`Retry-After`, as seconds or as a date (RFC 9110 §10.2.3); None when there is none or it is odd."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        try:
            wait_s = float(value)
        except ValueError:
            try:
                at = parsedate_to_datetime(value)
            except (TypeError, ValueError):
                return None
            wait_s = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        return bounded_wait_s(wait_s)

    def __repr__(self) -> str:
        """Show no header and no body: services quote addresses."""
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"


class Unreached(msgspec.Struct, frozen=True):
    """No connection, so nothing was sent."""

    detail: str


class Unanswered(msgspec.Struct, frozen=True):
    """The request went out, wholly or in part, and no whole answer came."""

    detail: str


def _multipart(form: Mapping[str, str | tuple[str, ...]], files: tuple[FormFile, ...]) -> tuple[str, bytes]:
    """Write a form with files (RFC 7578). Its boundary derives from the content: the same form, the same bytes."""
    parts: list[tuple[str, bytes]] = []
    for name, values in form.items():
        each = (values,) if isinstance(values, str) else values
        parts += [(f'form-data; name="{_quoted(name)}"', value.encode()) for value in each]
    for file in files:
        names = f'form-data; name="{_quoted(file.field)}"; filename="{_quoted(file.filename)}"'
        parts.append((f"{names}\r\nContent-Type: {file.content_type}", file.data))
    digest = hashlib.blake2b(digest_size=16)
    for head, data in parts:
        digest.update(head.encode() + data)
    boundary = digest.hexdigest()
    inner = [f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts]
    return boundary, b"".join(inner) + f"--{boundary}--\r\n".encode()


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def bounded_wait_s(wait_s: float) -> float | None:
    """Keep a wait that a service asks for within reason; None when it is no number."""
    if wait_s != wait_s:  # noqa: PLR0124 - NaN
        return None
    return min(max(wait_s, 0.0), RETRY_AFTER_S_MAX)


def basic(user: str, password: str) -> str:
    """Write an `Authorization` header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def part(text: str) -> str:
    """Escape one segment of a URL's path."""
    return quote(text, safe="")
