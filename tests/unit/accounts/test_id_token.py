import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tidings.accounts import Identity, Refusal, SignInRefused
from tidings.accounts.id_token import Expected, UnknownKey, identity_of, read_id_token

ISSUER = "https://id.example.com"
EXPECTED = Expected(issuer=ISSUER, client_id="tidings", nonce="n" * 43)
OURS, STRANGE = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CURVE, EDWARDS = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()


def jwk(of, key, **fields):
    """Write a public key as an issuer publishes it."""
    return {**of.to_jwk(key.public_key(), as_dict=True), "use": "sig", **fields}


KEYS = [
    {"kty": "weird", "kid": "odd"},
    jwk(RSAAlgorithm, OURS, kid="rsa"),
    jwk(ECAlgorithm, CURVE, kid="ec", alg="ES256"),
    jwk(OKPAlgorithm, EDWARDS, kid="ed"),
    jwk(RSAAlgorithm, STRANGE, kid="encryption", use="enc"),
]


def claims(**changes):
    """What a good token says; a change of None takes a claim out."""
    now = int(time.time())
    good = {"iss": ISSUER, "sub": "248289", "aud": "tidings", "iat": now, "exp": now + 600, "nonce": "n" * 43}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(key=OURS, algorithm="RS256", kid="rsa", **changes):
    """Sign a token."""
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers={"kid": kid} if kid else None)


@pytest.mark.parametrize(
    "good",
    [
        token,
        lambda: token(algorithm="PS256"),
        lambda: token(algorithm="RS512"),
        lambda: token(CURVE, "ES256", "ec"),
        lambda: token(EDWARDS, "EdDSA", "ed"),
        lambda: token(kid=None),
        lambda: token(aud=["tidings"]),
        lambda: token(aud=["tidings", "other"], azp="tidings"),
        lambda: token(exp=int(time.time()) - 30),
        lambda: token(iat=int(time.time()) + 30),
    ],
    ids=["RS256", "PS256", "RS512", "ES256", "EdDSA", "no kid", "list", "several", "a little late", "a little early"],
)
def test_what_the_issuer_signed_for_us_is_believed(good):
    """With any key of the issuer's, and clocks a minute apart."""
    assert read_id_token(good(), KEYS, EXPECTED)["sub"] == "248289"


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        (lambda: token(aud="other"), Refusal.TOKEN),
        (lambda: token(aud=["other", "another"]), Refusal.TOKEN),
        (lambda: token(aud=["tidings", "other"]), Refusal.TOKEN),
        (lambda: token(aud=["tidings", "other"], azp="other"), Refusal.TOKEN),
        (lambda: token(azp="other"), Refusal.TOKEN),
        (lambda: token(aud=None), Refusal.TOKEN),
        (lambda: token(iss="https://id.example.com/"), Refusal.TOKEN),
        (lambda: token(iss="https://evil.example"), Refusal.TOKEN),
        (lambda: token(iss=None), Refusal.TOKEN),
        (lambda: token(nonce="m" * 43), Refusal.TOKEN),
        (lambda: token(nonce=None), Refusal.TOKEN),
        (lambda: token(nonce=["n" * 43]), Refusal.TOKEN),
        (lambda: token(sub=None), Refusal.TOKEN),
        (lambda: token(sub=""), Refusal.TOKEN),
        (lambda: token(sub="s" * 256), Refusal.TOKEN),
        (lambda: token(exp=None), Refusal.TOKEN),
        (lambda: token(iat=None), Refusal.TOKEN),
        (lambda: token(exp=int(time.time()) - 3600), Refusal.CLOCK),
        (lambda: token(iat=int(time.time()) + 3600), Refusal.CLOCK),
        (lambda: token(nbf=int(time.time()) + 3600), Refusal.CLOCK),
        (lambda: token("", "none"), Refusal.TOKEN),
        (lambda: token("s" * 64, "HS256"), Refusal.TOKEN),
        (lambda: token().rpartition(".")[0] + ".", None),
        (lambda: "no.token", Refusal.TOKEN),
        (lambda: "", Refusal.TOKEN),
        (lambda: token(STRANGE), None),
        (lambda: token(CURVE, "ES256", "rsa"), None),
        (lambda: token(STRANGE, kid="encryption"), None),
        (lambda: token(STRANGE, kid=None), None),
        (lambda: token(kid="new"), None),
        (lambda: token(OURS, "PS256", kid="ec"), None),
        (lambda: token(algorithm="RS256", kid="odd"), None),
    ],
)
def test_no_other_token_is_believed(bad, refusal):
    """Each says why; one that no known key has signed may be signed with a new one."""
    with pytest.raises(UnknownKey if refusal is None else SignInRefused) as refused:
        read_id_token(bad(), KEYS, EXPECTED)

    assert getattr(refused.value, "refusal", None) == refusal
    assert "248289" not in str(refused.value)


def test_a_key_for_one_algorithm_serves_no_other():
    """An issuer that publishes a key for RS512 signs nothing else with it."""
    keys = [jwk(RSAAlgorithm, OURS, kid="rsa", alg="RS512")]

    assert read_id_token(token(algorithm="RS512"), keys, EXPECTED)
    with pytest.raises(UnknownKey):
        read_id_token(token(), keys, EXPECTED)


@pytest.mark.parametrize("verified", [True, "true"])
def test_a_verified_address_names_somebody(verified):
    """In lower case, with the name as it is called."""
    said = claims(email="Ann@Example.com", email_verified=verified, name=" Ann Lee ")

    assert identity_of(said, issuer=ISSUER) == Identity(
        issuer=ISSUER, subject="248289", email="ann@example.com", name="Ann Lee"
    )


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, Refusal.NO_EMAIL),
        ({"email": ""}, Refusal.NO_EMAIL),
        ({"email": ["ann@example.com"], "email_verified": True}, Refusal.NO_EMAIL),
        ({"email": "ann", "email_verified": True}, Refusal.NO_EMAIL),
        ({"email": "ann@example.com"}, Refusal.UNVERIFIED),
        ({"email": "ann@example.com", "email_verified": False}, Refusal.UNVERIFIED),
        ({"email": "ann@example.com", "email_verified": "false"}, Refusal.UNVERIFIED),
        ({"email": "ann@example.com", "email_verified": [True]}, Refusal.UNVERIFIED),
    ],
)
def test_an_address_that_nobody_verified_names_nobody(said, refusal):
    """Whoever may write any address at the issuer would come in as somebody else."""
    with pytest.raises(SignInRefused) as refused:
        identity_of(claims(**said), issuer=ISSUER)

    assert refused.value.refusal == refusal
