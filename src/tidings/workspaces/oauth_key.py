"""OAuth keys: by whose signature apps prove who they are when they ask for a token (segment.md §1.2)."""

import base64
import hashlib
import re

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from tidings import ids
from tidings.errors import InvalidInput

PEM_CHARACTERS_MAX = 8_192
"""Of a public key as it is pasted: one of 8192 bits has some 1 400."""
BITS_MIN, BITS_MAX = 2_048, 8_192
"""RFC 7518 wants 2048 at least; checking a signature of the largest takes a few tenths of a millisecond."""
_EXPONENT_MAX = 2**32
"""Larger ones make a signature slow to check; 65 537 is what everybody has."""
_NAME = re.compile(r"[\x21-\x7e]{1,128}")
_WANTED = "give an RSA public key in PEM: openssl rsa -in private.pem -pubout -out public.pem"


class OAuthKey(msgspec.Struct, frozen=True):
    """A public key of an app that may send calls of a source."""

    id: str
    source_id: int
    client_id: str
    """The app's id: `iss` and `sub` of what it signs."""
    key_id: str
    """Which of the app's keys it is: `kid` of what it signs."""
    public_key: str
    """PEM, as `public_key_of` writes it."""
    created: int

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the key's DER in hex, as `openssl pkey -pubin -outform DER | openssl sha256` prints it."""
        body = "".join(self.public_key.splitlines()[1:-1])
        return hashlib.sha256(base64.b64decode(body)).hexdigest()


def new_oauth_key(
    source_id: int,
    public_key: str,
    *,
    client_id: str | None,
    key_id: str | None,
    now: int,
    paths: tuple[str, str] = ("client_id", "key_id"),
) -> OAuthKey:
    """Make a key to register for a source; ids that are not given are made up.

    Raises `InvalidInput`, which calls the two ids by `paths`.
    """
    return OAuthKey(
        id=ids.prefixed_id("ok", now),
        source_id=source_id,
        client_id=oauth_name_of(client_id or ids.prefixed_id("app", now), path=paths[0]),
        key_id=oauth_name_of(key_id or ids.prefixed_id("key", now), path=paths[1]),
        public_key=public_key_of(public_key),
        created=now,
    )


def public_key_of(pem: str) -> str:
    """Read an RSA public key as somebody pasted it, and write it as it is kept.

    Raises `InvalidInput`, never with what was pasted: it may be the private key.
    """
    if "PRIVATE KEY" in pem:
        raise InvalidInput(
            "this is a private key, which stays with the app; take its public key: "
            "openssl rsa -in private.pem -pubout -out public.pem",
            path="public_key",
        )
    if len(pem) > PEM_CHARACTERS_MAX:
        raise InvalidInput(f"is longer than {PEM_CHARACTERS_MAX} characters; {_WANTED}", path="public_key")
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidInput(f"cannot be read; {_WANTED}", path="public_key") from None
    if not isinstance(key, RSAPublicKey):
        raise InvalidInput(f"is of another kind, and RS256 needs RSA; {_WANTED}", path="public_key")
    if not BITS_MIN <= key.key_size <= BITS_MAX:
        raise InvalidInput(f"has {key.key_size} bits; {BITS_MIN} to {BITS_MAX} are taken", path="public_key")
    if key.public_numbers().e > _EXPONENT_MAX:
        raise InvalidInput("has a large exponent; 65537 is what openssl makes", path="public_key")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def oauth_name_of(text: str, *, path: str) -> str:
    """Read the id of an app or of a key. Raises `InvalidInput`."""
    if not _NAME.fullmatch(text):
        raise InvalidInput("has 1 to 128 characters of ASCII, and no blanks", path=path)
    return text
