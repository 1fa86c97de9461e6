"""What a send request changes of what was rendered (courier-semantics.md §19)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from tidings.channels import Attachment, ChannelContent, EmailContent, InboxContent, PushContent, SmsContent
from tidings.rendering.one_line import one_line

ATTACHMENTS_MAX = 20
ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024
"""Of all of an email's attachments: most servers take 10 to 25 MB, a third more on the wire."""

C = TypeVar("C", bound=ChannelContent)
_Read = Callable[[Any], Any]


def overridden(content: C, override: Mapping[str, Any]) -> C:
    """Lay an override over content; what does not fit is left out."""
    known = _KNOWN.get(type(content))
    if known is None:
        return content
    found = {}
    for key, (field, read) in known.items():
        value = override.get(key)
        if value is not None and (said := read(value)) is not None:
            found[field] = said
    return msgspec.structs.replace(content, **found) if found else content


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    return one_line(value) if isinstance(value, str) else None


def addresses(value: Any) -> tuple[str, ...] | None:
    """Read copies: one text with commas, or several."""
    if isinstance(value, str):
        return (one_line(value),) if value.strip() else ()
    if isinstance(value, list | tuple):
        return tuple(one_line(item) for item in value[:100] if isinstance(item, str) and item.strip())
    return None


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _attachments(value: Any) -> tuple[Attachment, ...] | None:
    if not isinstance(value, list):
        return None
    found: list[Attachment] = []
    room = ATTACHMENT_BYTES_MAX
    for item in value[:ATTACHMENTS_MAX]:
        attachment = _attachment(item) if isinstance(item, dict) else None
        if attachment is not None and len(attachment.data) <= room:
            room -= len(attachment.data)
            found.append(attachment)
    return tuple(found)


def _attachment(raw: Mapping[str, Any]) -> Attachment | None:
    name, data = raw.get("filename"), raw.get("data")
    kind = raw.get("contentType") or raw.get("content_type") or "application/octet-stream"
    if not (isinstance(name, str) and isinstance(data, str) and isinstance(kind, str)):
        return None
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return Attachment(filename=one_line(name)[:200], content_type=one_line(kind)[:100], data=decoded)


_KNOWN: dict[type, dict[str, tuple[str, _Read]]] = {
    EmailContent: {
        "subject": ("subject", _line),
        "html": ("html", _text),
        "text": ("text", _text),
        "from": ("sender", _line),
        "reply_to": ("reply_to", _line),
        "replyTo": ("reply_to", _line),
        "cc": ("cc", addresses),
        "bcc": ("bcc", addresses),
        "attachments": ("attachments", _attachments),
    },
    PushContent: {
        "title": ("title", _line),
        "body": ("body", _text),
        "clickAction": ("click_action", _line),
        "icon": ("icon", _line),
        "data": ("data", _object),
    },
    SmsContent: {"body": ("body", _text), "from": ("sender", _line)},
    InboxContent: {
        "title": ("title", _line),
        "body": ("body", _text),
        "data": ("data", _object),
        "icon": ("icon", _line),
    },
}
