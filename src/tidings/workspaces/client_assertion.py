"""Client assertions: a JWT by which an app proves who it is when it asks for a token (RFC 7523; segment.md §1.2)."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import jwt
import msgspec
from jwt.types import Options

from tidings.workspaces.oauth_key import OAuthKey

ASSERTION_CHARACTERS_MAX = 8_192
LIFE_S_MAX = 60
"""Segment's libraries sign for a minute."""
LEEWAY_S = 10
"""How far apart the app's clock and ours may be. Its library sets its own by the `Date` of our answers."""
_ALGORITHM = "RS256"
_JTI_CHARACTERS_MAX = 255
_REMEMBERED_S = 60
_MOMENT_MAX = 2**40
_SIGNED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
"""Claims are checked here: by our clock, which tests may set, and in the words that the libraries know."""
_CLAIMED: Options = {**_SIGNED, "verify_signature": False}
_PORTS = {"http": 80, "https": 443}


class OAuthError(StrEnum):
    """Why there is no token, in the words of RFC 6749 §5.2."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


class TokenRefused(Exception):
    """There is no token for this. `description` never repeats what was sent."""

    def __init__(self, error: OAuthError, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Assertion(msgspec.Struct, frozen=True):
    """What was proved."""

    mark: bytes
    """Names it among all of its key: it may be used once."""
    until: int
    """Remember it till then (ms): a minute longer than it proves anything, as clocks of processes differ."""


def claimed_key(text: str) -> tuple[str, str]:
    """Read which app, and which of its keys, an assertion claims to be signed by. Raises `TokenRefused`."""
    if len(text) > ASSERTION_CHARACTERS_MAX:
        raise _request(f"client_assertion has {ASSERTION_CHARACTERS_MAX} characters at most")
    try:
        read = jwt.decode_complete(text, options=_CLAIMED)
    except (jwt.PyJWTError, RecursionError):
        raise _request("client_assertion is no JWT") from None
    header, claims = read["header"], read["payload"]
    if header.get("alg") != _ALGORITHM:
        raise _client(f"client_assertion is to be signed by {_ALGORITHM}")
    client_id, key_id = claims.get("iss"), header.get("kid")
    if not isinstance(client_id, str) or claims.get("sub") != client_id:
        raise _client("iss and sub of client_assertion are both to be the app's id")
    if not isinstance(key_id, str):
        raise _client("the header of client_assertion is to name its key as kid")
    return client_id, key_id


def proved(text: str, key: OAuthKey, *, auth_servers: Iterable[str], now: int) -> Assertion:
    """Check that this key signed an assertion of now (ms), meant for us. Raises `TokenRefused`."""
    try:
        claims = jwt.decode(text, key.public_key, algorithms=[_ALGORITHM], options=_SIGNED)
    except (jwt.PyJWTError, RecursionError):
        raise _client("client_assertion is not signed by the app's key of this kid") from None
    expires = _checked_times(claims, now / 1000)
    wanted = [audience_of(each) for each in auth_servers]
    claimed = claims.get("aud")
    meant = claimed if isinstance(claimed, list) else [claimed]
    if not any(isinstance(each, str) and audience_of(each) in wanted for each in meant[:10]):
        raise _client(f"aud of client_assertion is to be the address of this server, {wanted[0]}")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_CHARACTERS_MAX:
        raise _request(f"jti of client_assertion is to be text of 1 to {_JTI_CHARACTERS_MAX} characters")
    named = f"{key.client_id}\n{key.key_id}\n{jti}"  # not its own id: a key that is registered anew is the same key
    mark = hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()
    return Assertion(mark, int((expires + LEEWAY_S + _REMEMBERED_S) * 1000))


def audience_of(text: str) -> str:
    """Write the address of an authorization server in one way, however it ends; empty when it is none.

    `https://Ex.com:443/token/` and `https://ex.com` are the same server.
    """
    try:
        parts = urlsplit(text.strip())
        port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host or parts.query or parts.fragment:
        return ""
    shown = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/").removesuffix("/token").rstrip("/")
    return f"{parts.scheme}://{shown}{port}{path}"


def _checked_times(claims: Mapping[str, Any], now: float) -> float:
    """Check when it was signed and until when it holds; give the latter. Raises `TokenRefused`.

    Two of the sentences are Segment's own: by them its Python library sets its clock, and asks again.
    """
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    if "nbf" in claims:
        issued = max(issued, _moment(claims, "nbf"))
    if issued > now + LEEWAY_S:
        raise _request("Token used before issued")
    if expires <= now - LEEWAY_S:
        raise _request("Token is expired")
    if expires > now + LIFE_S_MAX + LEEWAY_S:
        raise _request(f"exp of client_assertion is to be within {LIFE_S_MAX} seconds")
    return expires


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOMENT_MAX:
        raise _request(f"{name} of client_assertion is to be a time, in seconds since 1970")
    return value


def _request(description: str) -> TokenRefused:
    return TokenRefused(OAuthError.INVALID_REQUEST, description)


def _client(description: str) -> TokenRefused:
    return TokenRefused(OAuthError.INVALID_CLIENT, description)
