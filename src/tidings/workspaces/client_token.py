"""Tokens for apps and browsers: what an API key may hand on, to a few requests and for a while (courier-api.md §17)."""

import re
from collections.abc import Iterable
from typing import Any

import jwt
import msgspec

from tidings.errors import InvalidInput

TOKEN_CHARACTERS_MAX = 16_384
"""Of the longest token that is read; those we issue have fewer."""
SCOPE_CHARACTERS_MAX = 8_192
LIFE_S_MAX = 366 * 86_400
"""A year is the longest that Courier names."""
_ALGORITHM = "HS256"
_AUDIENCE = "tidings"
_NAMED = re.compile(r"user_id:\S+|(?:read|write):brands(?::\S+)?")
_SCOPES = (
    "read:messages",
    "read:user-tokens",
    "write:user-tokens",
    "inbox:read:messages",
    "inbox:write:events",
    "read:preferences",
    "write:preferences",
)
_LIFE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]*)", re.ASCII)
_UNITS_S = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86_400),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 31_557_600),
}


class ClientToken(msgspec.Struct, frozen=True):
    """What a token opens."""

    key_id: str
    """The API key that issued it; without that, it opens nothing."""
    environment_id: int
    scopes: frozenset[str]

    def may(self, verb: str, noun: str, *, of: str = "") -> bool:
        """Tell whether it may `read` or `write` a noun: any, or the one that is named."""
        return f"{verb}:{noun}" in self.scopes or (bool(of) and f"{verb}:{noun}:{of}" in self.scopes)

    def is_for(self, user_id: str) -> bool:
        """Tell whether it speaks for a user."""
        return f"user_id:{user_id}" in self.scopes


class ClientTokens:
    """Issues and reads tokens of one installation: JWT, signed with a key of its own (HMAC-SHA256)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, token: ClientToken, *, now: int, life_s: int) -> str:
        """Sign a token. `now` is in milliseconds."""
        claims = {
            "aud": _AUDIENCE,
            "iat": now // 1000,
            "exp": now // 1000 + life_s,
            "scope": " ".join(sorted(token.scopes)),
            "env": token.environment_id,
            "key": token.key_id,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, text: str, *, now: int) -> ClientToken | None:
        """Read a token; None for what was not signed here, and for what is over."""
        if len(text) > TOKEN_CHARACTERS_MAX:
            return None
        try:
            claims: dict[str, Any] = jwt.decode(
                text,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "scope", "env", "key"]},
            )
        except jwt.InvalidTokenError:
            return None
        if claims["exp"] * 1000 <= now:  # by our clock, which tests may set
            return None
        return ClientToken(claims["key"], claims["env"], frozenset(claims["scope"].split()))


def scopes_of(text: str) -> frozenset[str]:
    """Read scopes, with blanks between. Raises `InvalidInput`, with those there are."""
    scopes = frozenset(text.split())
    unknown = sorted(each for each in scopes if each not in _SCOPES and not _NAMED.fullmatch(each))
    if unknown or not scopes:
        known = ", ".join(("user_id:<id>", "read:brands[:<id>]", "write:brands[:<id>]", *_SCOPES))
        what = f"has no {_shown(unknown)!r}" if unknown else "names one at least"
        raise InvalidInput(f"{what}; there are {known}", path="scope")
    return scopes


def life_s(text: str | float) -> int:
    """Read how many seconds a token lives: a number of them, or such as `2.5 hrs`, `1d`. Raises `InvalidInput`."""
    found = _LIFE.fullmatch(str(text).strip().lower())
    unit = _UNITS_S.get(found[2]) if found else None
    if found is None or unit is None:
        raise InvalidInput("is seconds, or such as `2 hours`, `1d`, `2.5 hrs`", path="expires_in")
    life = int(float(found[1]) * unit)
    if not 1 <= life <= LIFE_S_MAX:
        raise InvalidInput("is a second at least, and a year at most", path="expires_in")
    return life


def _shown(scopes: Iterable[str]) -> str:
    return " ".join(scopes)[:100]
