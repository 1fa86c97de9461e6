"""Studio's session: a signed cookie, which no server has to remember."""

import hashlib
import hmac
import secrets as random

from litestar.datastructures import Cookie

from tidings.secrets import SecretBox

COOKIE = "tidings_studio"
_DAYS = 7
_DAY_S = 24 * 3600


class StudioCookies:
    """Makes and recognises the cookie: `<expires, epoch s>.<random>.<HMAC-SHA256>`."""

    def __init__(self, secrets: SecretBox) -> None:
        self._key = secrets.derive("studio-session")

    def issue(self, *, now: int, secure: bool) -> Cookie:
        """Make a cookie that opens Studio for seven days."""
        claim = f"{now // 1000 + _DAYS * _DAY_S}.{random.token_urlsafe(12)}"
        return Cookie(
            key=COOKIE,
            value=f"{claim}.{self._sign(claim)}",
            path="/studio",
            max_age=_DAYS * _DAY_S,
            httponly=True,
            samesite="lax",
            secure=secure,
        )

    def opens(self, value: str | None, *, now: int) -> bool:
        """Tell whether a cookie is ours and still valid."""
        if not value or len(value) > 200 or not value.isascii():
            return False
        claim, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature, self._sign(claim)):
            return False
        expires, _, _ = claim.partition(".")
        return int(expires) * 1000 > now

    def _sign(self, claim: str) -> str:
        return hmac.new(self._key, claim.encode(), hashlib.sha256).hexdigest()
