"""Keeping secrets out of a request that is shown: they are taken out of what it is written from.

Whatever is written from settings and a dispatch without secrets holds none: no token, no signature, no login in base64.
What opens something all the same is hidden by its place: headers by their names, and URLs that others chose.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

import msgspec

from tidings.channels import Attachment, ChannelContent, Dispatch, EmailContent
from tidings.providers.base import MASK
from tidings.providers.http_message import HttpRequest
from tidings.routing import read

SECRET_LENGTH_MIN = 6
"""Shorter words are not looked for in texts: they are found in ordinary ones. Settings are emptied of them, too."""
_LINE_LENGTH_MIN = 16
"""Lines of a key are looked for by themselves when they are so long."""
_DEPTH_MAX = 50

_OPENS = re.compile(
    r"api[-_]?key|access[-_]?key|api[-_]?secret|secret|passw(or)?d|assertion|private[-_]?key|credential|signature"
    r"|(access|auth|bearer|refresh|bot|server|verify)[-_]?token",
    re.IGNORECASE,
)
"""Names of fields that open something."""
_OPENS_ALONE = frozenset({"token", "sig", "key", "code", "pass", "pwd", "auth"})
"""The same, of parameters of a URL and of logins: elsewhere such a word means other things, such as a device."""
_HEADER_OPENS = re.compile(r"auth|token|secret|passw|signature|cookie|credential|api-?key|access-?key", re.IGNORECASE)
_GIVEN = frozenset({"headers", "authentication"})
"""What a profile brings for a webhook: logins, mostly."""
_SCHEME = re.compile(r"[A-Za-z0-9_-]{1,40} ")


def forms_of(secret: str) -> tuple[str, ...]:
    """Spell a secret in every way in which it may stand in a text, the longest first; none when it is too short."""
    if len(secret) < SECRET_LENGTH_MIN:
        return ()
    raw = secret.encode("utf-8", "replace")
    found = {secret, secret.strip(), quote(secret, safe=""), quote(secret), quote_plus(secret), raw.hex()}
    found |= {msgspec.json.encode(secret).decode()[1:-1], secret.replace("\r\n", "\n"), secret.replace("\n", "\r\n")}
    found |= {line for line in secret.replace("\\n", "\n").splitlines() if len(line) >= _LINE_LENGTH_MIN}
    found |= {form for offset in range(3) for form in _in_base64(raw, offset)}
    return tuple(sorted((form for form in found if len(form) >= SECRET_LENGTH_MIN), key=len, reverse=True))


def _forms_within(secret: str) -> list[str]:
    """Spell what opens something within a secret that is an object, such as the file of a key."""
    inner = [value for name, value in read(secret).items() if _OPENS.search(name) and isinstance(value, str)]
    return [form for value in inner for form in forms_of(value)]


def _in_base64(raw: bytes, offset: int) -> set[str]:
    """Spell what stands in base64 when so many bytes are before it: characters that others share in are left out."""
    written = base64.b64encode(b"\0" * offset + raw).rstrip(b"=").decode()
    inner = written[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
    return {inner, inner.replace("+", "-").replace("/", "_")}


def swept(value: Any, forms: Sequence[str], depth: int = _DEPTH_MAX) -> Any:
    """Replace secrets wherever they stand in a JSON value."""
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, MASK)
        return value
    if isinstance(value, Mapping) and depth:
        return {swept(name, forms): swept(each, forms, depth - 1) for name, each in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [swept(each, forms, depth - 1) for each in value]
    return value if depth else MASK


def unnamed(value: Any, depth: int = _DEPTH_MAX, *, alone: bool = False) -> Any:
    """Hide what stands under a name that opens something; `alone` takes shorter names for such, too."""
    if isinstance(value, Mapping) and depth:
        return {name: _hidden(str(name), each, depth, alone=alone) for name, each in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [unnamed(each, depth - 1, alone=alone) for each in value]
    return value if depth else MASK


def _hidden(name: str, value: Any, depth: int, *, alone: bool) -> Any:
    if value and (_OPENS.search(name) or (alone and name.lower() in _OPENS_ALONE)):
        return MASK
    return unnamed(value, depth - 1, alone=alone)


def without_secrets(dispatch: Dispatch, secrets: Iterable[str]) -> Dispatch:
    """Give the same dispatch without an account's secrets, without tokens of the profile's own, without files."""
    content = dispatch.content
    if isinstance(content, EmailContent):  # the number and names of files stay
        files = tuple(map(_emptied, content.attachments))
        headers = tuple((name, _plain_header(name, value)) for name, value in content.headers)
        content = msgspec.structs.replace(content, attachments=files, headers=headers)
    forms = [form for secret in secrets for form in (*forms_of(secret), *_forms_within(secret))]
    return msgspec.structs.replace(
        dispatch,
        content=_swept_content(content, forms),
        address=swept(_address(dispatch.address), forms),
        override=unnamed(swept(dispatch.override, forms)),
    )


def _emptied(file: Attachment) -> Attachment:
    return msgspec.structs.replace(file, data=b"")


def _swept_content(content: ChannelContent, forms: Sequence[str]) -> ChannelContent:
    laid = msgspec.to_builtins(content)
    clean = swept(laid, forms)
    return content if clean == laid else msgspec.convert(clean, type(content))


def _address(address: str) -> str:
    """Hide the tokens of an address that is an object."""
    found = read(address)
    if not found:
        return address
    clean = unnamed(found)
    for name in _GIVEN & clean.keys():
        clean[name] = _login(clean[name])
    return msgspec.json.encode(clean).decode() if clean != found else address


def _login(value: Any) -> Any:
    """Keep the kind of a login, and its names."""
    if not isinstance(value, Mapping):
        return MASK
    return {name: each if name in {"mode", "username"} else MASK for name, each in value.items()}


def plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Hide the headers that open something; how one logs in stays: `Bearer ********`."""
    return {name: _plain_header(name, value) for name, value in headers.items()}


def _plain_header(name: str, value: str) -> str:
    if not _HEADER_OPENS.search(name):
        return value
    scheme = _SCHEME.match(value)
    return (scheme[0] if scheme else "") + MASK


def plain_url(url: str, *, foreign: bool) -> str:
    """Hide what opens something in a URL. Of one that others chose only the host is told: knowing it is the key."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{MASK}@" if "@" in parts.netloc else ""
    if foreign:
        hidden = MASK if parts.path.strip("/") or parts.query else ""
        return f"{parts.scheme}://{login}{host}/{hidden}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    told = urlencode([(name, unnamed({name: value}, alone=True)[name]) for name, value in query], safe="*@")
    return parts._replace(netloc=login + host, query=told if query else parts.query, fragment="").geturl()


def without_names(request: HttpRequest) -> HttpRequest:
    """Hide what stands in a body, before it is written, under names that open something."""
    form = request.form
    return msgspec.structs.replace(request, json=unnamed(request.json), form=None if form is None else _form(form))


def _form(form: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
    return {name: MASK if value and _OPENS.search(name) else value for name, value in form.items()}
