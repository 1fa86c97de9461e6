"""Encrypting what must be read again: provider settings and write keys."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from tidings.errors import ConfigurationError


class SecretBox:
    """Encrypts and decrypts with `TIDINGS_SECRET_KEY` (Fernet: AES-128-CBC with HMAC-SHA256).

    Any text of 16 characters or more is a key; it is stretched to the key's size by SHA-256.
    """

    def __init__(self, secret_key: str) -> None:
        if len(secret_key) < 16:
            raise ConfigurationError(
                "TIDINGS_SECRET_KEY is too short: give 16 characters at least, best 32 random ones"
            )
        self._root = hashlib.sha256(secret_key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(self._root))

    def seal(self, text: str) -> bytes:
        """Encrypt."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt. Raises `ConfigurationError` when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise ConfigurationError(
                "a stored secret cannot be read with this TIDINGS_SECRET_KEY: start with the key it was stored with"
            ) from None

    def derive(self, purpose: str) -> bytes:
        """Derive a key of 32 bytes for another purpose, such as signing cookies."""
        return hashlib.blake2b(purpose.encode(), key=self._root, digest_size=32).digest()
