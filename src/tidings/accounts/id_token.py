"""Id tokens of OpenID Connect: what is checked before one is believed (OpenID Connect Core 1.0, §3.1.3.7)."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
import msgspec

from tidings.accounts.account import email_of
from tidings.accounts.identity import Identity, Refusal, SignInRefused
from tidings.errors import InvalidInput

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""All are signed with a key that only the issuer has. No `none`, and none that is signed with the client's secret."""
LEEWAY_S = 60
"""How far apart the issuer's clock and ours may be."""
KEYS_MAX = 50
"""Of an issuer; more are not looked at."""
_REQUIRED = ["iss", "sub", "aud", "exp", "iat"]
_SUBJECT_CHARACTERS_MAX = 255
_NAME_CHARACTERS_MAX = 200

Claims = Mapping[str, Any]


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What an id token has to say."""

    issuer: str
    client_id: str
    nonce: str


class UnknownKey(Exception):
    """No key of the issuer that is known here can have signed it."""


def read_id_token(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> Claims:
    """Check signature, issuer, audience, times and nonce, and give the claims.

    Raises `UnknownKey` when the token names a key that is not among these, `SignInRefused`.
    """
    claims = _signed(token, keys, expected)
    audience = claims["aud"]
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise SignInRefused(Refusal.TOKEN, "the id token was issued to another client")
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
        raise SignInRefused(Refusal.TOKEN, "the id token is for several, and does not say to whom it was issued")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise SignInRefused(Refusal.TOKEN, "the id token has another nonce than was sent")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_CHARACTERS_MAX:
        raise SignInRefused(Refusal.TOKEN, "the id token names nobody")
    return claims


def identity_of(claims: Claims, *, issuer: str) -> Identity:
    """Read who it is. Raises `SignInRefused` when there is no address, or it is not verified."""
    email = claims.get("email")
    if not isinstance(email, str) or not email:
        raise SignInRefused(Refusal.NO_EMAIL, "the issuer tells no email address")
    if claims.get("email_verified") not in (True, "true"):
        raise SignInRefused(Refusal.UNVERIFIED, "the issuer does not say that the email address is verified")
    try:
        written = email_of(email)
    except InvalidInput:
        raise SignInRefused(Refusal.NO_EMAIL, "what the issuer tells is no email address") from None
    name = claims.get("name")
    called = name.strip()[:_NAME_CHARACTERS_MAX] if isinstance(name, str) else ""
    return Identity(issuer=issuer, subject=claims["sub"], email=written, name=called)


def _signed(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> Claims:
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise SignInRefused(Refusal.TOKEN, "the id token is signed in a way that is not taken")
        for key in _candidates(keys, header.get("kid"), str(algorithm)):
            try:
                return _decoded(token, key, str(algorithm), expected)
            except jwt.InvalidSignatureError:
                continue
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        raise SignInRefused(Refusal.CLOCK, "the id token is of another time: are both clocks right?") from error
    except jwt.InvalidTokenError as error:
        raise SignInRefused(Refusal.TOKEN, f"the id token is not valid ({type(error).__name__})") from error
    raise UnknownKey


def _decoded(token: str, key: jwt.PyJWK, algorithm: str, expected: Expected) -> Claims:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience=expected.client_id,
        issuer=expected.issuer,
        leeway=LEEWAY_S,
        options={"require": _REQUIRED},
    )
    return claims


def _candidates(keys: Sequence[Mapping[str, Any]], kid: object, algorithm: str) -> list[jwt.PyJWK]:
    """Find the keys that can have signed it: by name, or where the token names none, all of the right kind."""
    found = []
    for key in keys[:KEYS_MAX]:
        if (kid is not None and key.get("kid") != kid) or key.get("use", "sig") != "sig":
            continue
        if key.get("alg", algorithm) != algorithm:
            continue
        try:
            found.append(jwt.PyJWK(dict(key), algorithm=algorithm))
        except jwt.PyJWTError:  # of another kind, or damaged
            continue
    return found
