"""What a message changes of an email by SMTP: the fields of Nodemailer's messages, as Courier takes them."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels import ChannelContent, EmailContent
from tidings.rendering import overridden

_COUNT_MAX = 50


def changed(content: ChannelContent, override: Mapping[str, Any]) -> ChannelContent:
    """Lay `body` (`subject`, `html`, `text`, `from`, `replyTo`, `cc`, `bcc`, `attachments`) and `headers` over it."""
    if not isinstance(content, EmailContent):
        return content
    body = override.get("body") or {}
    files = body.get("attachments")
    fields = {**body, "attachments": [_file(one) for one in files]} if isinstance(files, list | tuple) else body
    given = [*_of(body.get("headers")), *_of(override.get("headers"))]
    headers = (*content.headers, *((str(name), str(value)) for name, value in given))
    return msgspec.structs.replace(overridden(content, fields), headers=headers)


def _of(headers: Any) -> list[tuple[Any, Any]]:
    return list(headers.items())[:_COUNT_MAX] if isinstance(headers, Mapping) else []


def _file(one: Any) -> dict[str, Any]:
    """Read `{filename, content, encoding}`: the content is plain text unless its encoding is base64."""
    if not isinstance(one, Mapping):
        return {}
    content = one.get("content")
    if isinstance(content, str) and one.get("encoding") != "base64":
        content = base64.b64encode(content.encode()).decode()
    return {**one, "data": one.get("data", content)}
