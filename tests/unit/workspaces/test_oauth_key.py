"""Public keys of apps: which are taken, and how they are kept."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tidings.errors import InvalidInput
from tidings.workspaces import OAuthKey, oauth_name_of, public_key_of

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = PRIVATE.public_key()
SPKI = PublicFormat.SubjectPublicKeyInfo
PEM = PUBLIC.public_bytes(Encoding.PEM, SPKI).decode()


def private_pem(form: PrivateFormat) -> str:
    """Write the private key."""
    return PRIVATE.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def pem_of(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
    """Write a public key."""
    return key.public_bytes(Encoding.PEM, SPKI).decode()


@pytest.mark.parametrize(
    "pasted",
    [
        PEM,
        f"\n  {PEM.strip()}  \n\n",
        PEM.replace("\n", "\r\n"),
        PUBLIC.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
    ],
)
def test_a_key_is_kept_in_one_form(pasted: str) -> None:
    """Blanks around it, ends of lines and the older form of PEM make no difference."""
    assert public_key_of(pasted) == PEM


def test_a_key_has_a_fingerprint() -> None:
    """It is that of the key itself, so that both sides can compare it."""
    der = PUBLIC.public_bytes(Encoding.DER, SPKI)
    assert OAuthKey("ok_1", 1, "app", "key", PEM, 0).fingerprint == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_private_key_is_sent_back(form: PrivateFormat) -> None:
    """Who pastes the wrong file is told what to do, without a word of it."""
    pasted = private_pem(form)
    with pytest.raises(InvalidInput, match="this is a private key") as refused:
        public_key_of(pasted)
    assert pasted.splitlines()[1] not in refused.value.message


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "cannot be read"),
        ("ssh-rsa AAAAB3NzaC1yc2E", "cannot be read"),
        (PEM[:-40], "cannot be read"),
        (PEM + " " * 8_192, "longer than"),
        (pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()), "RS256 needs RSA"),
        (pem_of(rsa.RSAPublicNumbers(65537, (1 << 1023) + 1).public_key()), "has 1024 bits"),
        (pem_of(rsa.RSAPublicNumbers(65537, (1 << 8199) + 1).public_key()), "has 8200 bits"),
        (pem_of(rsa.RSAPublicNumbers((1 << 64) + 1, (1 << 2047) + 1).public_key()), "large exponent"),
    ],
)
def test_other_keys_are_refused(pasted: str, words: str) -> None:
    """What RS256 cannot use, what is weak, and what is slow to check; the words say what is wanted."""
    with pytest.raises(InvalidInput, match=words):
        public_key_of(pasted)


@pytest.mark.parametrize("name", ["", "two words", "é", "x" * 129, "a\nb"])
def test_ids_are_plain(name: str) -> None:
    """Ids of apps and keys are printed, compared and written into settings."""
    with pytest.raises(InvalidInput):
        oauth_name_of(name, path="client_id")
    assert oauth_name_of("2abcDEF:/~", path="client_id") == "2abcDEF:/~"
