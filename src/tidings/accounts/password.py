"""Passwords: Argon2id, checked in as long for nobody as for somebody."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tidings.errors import InvalidInput

PASSWORD_CHARACTERS_MIN = 12
"""NIST SP 800-63B asks for 15 where a password stands alone and 8 beside a second factor; here it may be either."""
PASSWORD_CHARACTERS_MAX = 256
"""Enough for any sentence, and bounded work."""


class Passwords:
    """Makes hashes of passwords, and checks them. Each takes some tens of milliseconds of a core, and 46 MiB.

    The parameters are the first that OWASP's cheat sheet names; each hash says its own, so they may change.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
        self._nobodys = ""

    def hash(self, password: str) -> str:
        """Make the text to keep: parameters, salt and hash."""
        return self._hasher.hash(password)

    def proves(self, password: str, kept: str | None) -> bool:
        """Tell whether the password is the one that was hashed. None takes as long, and is never right."""
        try:
            self._hasher.verify(kept or self._hash_of_nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's, and should be made anew."""
        return self._hasher.check_needs_rehash(kept)

    def _hash_of_nobody(self) -> str:
        if not self._nobodys:
            self._nobodys = self._hasher.hash(secrets.token_urlsafe(32))
        return self._nobodys


def check_password(password: str, *, email: str = "") -> None:
    """Refuse what is too short, too long or the address itself. Raises `InvalidInput`."""
    if len(password) < PASSWORD_CHARACTERS_MIN:
        raise InvalidInput(f"a password has {PASSWORD_CHARACTERS_MIN} characters at least", path="password")
    if len(password) > PASSWORD_CHARACTERS_MAX:
        raise InvalidInput(f"a password has {PASSWORD_CHARACTERS_MAX} characters at most", path="password")
    if password.strip().lower() == email or len(set(password)) < 4:
        raise InvalidInput("this password is the first that anybody would try: take another", path="password")
