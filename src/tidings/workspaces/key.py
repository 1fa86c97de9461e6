"""API keys (Courier side), and what keys of both sides open."""

import hashlib
import re
import secrets

import msgspec

from tidings.workspaces.oauth_key import OAuthKey

_SHORT = {"production": "prod"}  # as Courier's keys have it


class ApiKey(msgspec.Struct, frozen=True):
    """A Courier-side key, as it may be shown: never the key itself."""

    id: str
    environment: str
    name: str
    hint: str
    """The prefix and the last four characters: `pk_prod_…x1Yz`."""
    created_at: int
    revoked_at: int | None = None
    last_used_at: int | None = None
    """To the hour."""


class ApiKeyGrant(msgspec.Struct, frozen=True):
    """What an API key opens."""

    key_id: str
    key_hash: bytes
    workspace_id: int
    environment_id: int
    environment: str


class SourceGrant(msgspec.Struct, frozen=True):
    """What a write key opens."""

    source_id: int
    key_hash: bytes
    workspace_id: int
    environment_id: int
    enabled: bool
    enforce_oauth: bool = False
    """It opens nothing without an access token of one of these keys."""
    oauth_keys: tuple[OAuthKey, ...] = ()


def new_api_key(environment: str) -> str:
    """Draw a key whose prefix tells which environment it opens: 256 random bits."""
    return f"pk_{_SHORT.get(environment, environment)}_{secrets.token_hex(32)}"


def hash_key(key: str) -> bytes:
    """Hash a key for storage and look-up.

    Keys are 256 random bits, which no dictionary holds; so SHA-256 is as strong here as a slow hash, and fast.
    """
    return hashlib.sha256(key.encode()).digest()


def hint(key: str) -> str:
    """Show enough of a key to recognise it, too little to use it."""
    prefix = re.match(r"(?:pk_[a-z][a-z0-9-]*_|(?:[a-z]{2,4}_){1,2})", key)  # random ones may hold a `_` anywhere
    return f"{prefix[0] if prefix else ''}…{key[-4:]}" if len(key) >= 12 else "…"
