"""Access tokens: what an app that proved who it is sends with its calls (segment.md §1.2)."""

import base64
import binascii
import hmac

import msgspec

TRACKING_SCOPE = "tracking_api:write"
ACCESS_TOKEN_LIFE_S = 3_600
"""Segment's libraries ask for the next one at half of it."""
_CHARACTERS_MAX = 512
"""Of the longest that is read; those we issue have fewer than 120."""
_MAC_BYTES = 32
_encode = msgspec.msgpack.Encoder().encode


class AccessToken(msgspec.Struct, frozen=True, array_like=True):
    """What a token opens: one source, as long as the key stands that its app proved itself by."""

    oauth_key_id: str
    environment_id: int
    source_id: int
    expires_at: int
    """Milliseconds."""


class AccessTokens:
    """Issues and reads tokens of one installation: what they say and an HMAC-SHA256 over it. They are kept nowhere.

    A call waits for it to be read, so it is no JWT: this takes 3 µs, and that ten times as long.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, token: AccessToken) -> str:
        """Sign a token."""
        said = _encode(token)
        return base64.urlsafe_b64encode(hmac.digest(self._key, said, "sha256") + said).rstrip(b"=").decode()

    def read(self, text: bytes) -> AccessToken | None:
        """Read a token, one that is over too; None for what was not signed here."""
        if len(text) > _CHARACTERS_MAX:
            return None
        try:
            whole = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        mac, said = whole[:_MAC_BYTES], whole[_MAC_BYTES:]
        if not hmac.compare_digest(mac, hmac.digest(self._key, said, "sha256")):
            return None
        return _decode(said)


_decode = msgspec.msgpack.Decoder(AccessToken).decode
