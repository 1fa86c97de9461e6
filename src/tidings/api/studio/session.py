"""Studio's session: a signed cookie, which no server has to remember, and who it says is signed in."""

import hashlib
import hmac
import secrets as random
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from tidings.secrets import SecretBox

COOKIE = "tidings_studio"
_DAYS = 7
_DAY_S = 24 * 3600


class Session(msgspec.Struct, frozen=True):
    """Who is signed in."""

    expires: int
    """When the session ends (ms)."""


class StudioCookies:
    """Makes and reads the cookie: `<expires, epoch s>.<random>.<HMAC-SHA256>`."""

    def __init__(self, secrets: SecretBox) -> None:
        self._key = secrets.derive("studio-session")

    def issue(self, *, now: int, secure: bool) -> Cookie:
        """Make a cookie that signs in for seven days, to all of the API (`authentication` says how)."""
        claim = f"{now // 1000 + _DAYS * _DAY_S}.{random.token_urlsafe(12)}"
        return Cookie(
            key=COOKIE,
            value=f"{claim}.{self._sign(claim)}",
            path="/",
            max_age=_DAYS * _DAY_S,
            httponly=True,
            samesite="lax",
            secure=secure,
        )

    def read(self, connection: ASGIConnection[Any, Any, Any, Any], *, now: int) -> Session | None:
        """Tell who is signed in; None when the request brings no cookie of ours that is still valid."""
        return self.session(connection.cookies.get(COOKIE), now=now)

    def session(self, value: str | None, *, now: int) -> Session | None:
        """Read a cookie's value; None unless it is ours and still valid."""
        if not value or len(value) > 200 or not value.isascii():
            return None
        claim, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature, self._sign(claim)):
            return None
        expires, _, _ = claim.partition(".")
        session = Session(expires=int(expires) * 1000)
        return session if session.expires > now else None

    def _sign(self, claim: str) -> str:
        return hmac.new(self._key, claim.encode(), hashlib.sha256).hexdigest()
