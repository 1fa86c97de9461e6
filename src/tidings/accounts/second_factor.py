"""Second factors: codes of an authenticator app (TOTP, RFC 6238), and codes on paper for when it is lost."""

import hashlib
import hmac
import re
import secrets

import pyotp

RECOVERY_CODES = 10
_STEP_S = 30
_AROUND = (0, -1, 1)
"""Which steps are taken: clocks of phones are off, and people type slowly."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for others on paper


def new_secret() -> str:
    """Draw a secret of 160 bits, in base 32, as authenticator apps take it."""
    return pyotp.random_base32(32)


def setup_url(secret: str, *, email: str, issuer: str) -> str:
    """Write what the QR code of an authenticator app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str, *, now: int) -> int | None:
    """Find the step of 30 s that a code of six digits belongs to; None when it belongs to none around now (ms).

    Whoever takes a code keeps its step and takes no older one any more, so that a code that was looked at over
    somebody's shoulder opens nothing.
    """
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp, step = pyotp.TOTP(secret), now // 1000 // _STEP_S
    found = [step + near for near in _AROUND if hmac.compare_digest(totp.generate_otp(step + near), digits)]
    return found[0] if found else None


def new_recovery_codes() -> list[str]:
    """Draw ten codes such as `h7kq-2mzt-x9ca`: 59 bits each, and each opens once."""
    return ["-".join(_letters(4) for _ in range(3)) for _ in range(RECOVERY_CODES)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def recovery_hash(code: str) -> bytes:
    """Hash a recovery code as somebody types it: blanks, dashes and capitals do not matter.

    They are random, and tries are few; so a fast hash is strong enough.
    """
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode()).digest()
