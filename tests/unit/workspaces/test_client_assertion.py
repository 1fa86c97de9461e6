"""The law of client assertions: what proves who an app is, and what does not (segment.md §1.2)."""

import base64
import json
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from tidings.workspaces import OAuthError, OAuthKey, TokenRefused, claimed_key, proved
from tidings.workspaces.client_assertion import LEEWAY_S, LIFE_S_MAX, audience_of

NOW = 1_800_000_000
OURS = "https://tidings.test"
APP, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
PEM = APP.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
KEY = OAuthKey("ok_1", 1, "app_1", "key_1", PEM, 0)


def claims(**changes: Any) -> dict[str, Any]:
    """Say what Segment's libraries say."""
    said = {"iss": "app_1", "sub": "app_1", "aud": OURS, "iat": NOW - 5, "exp": NOW + 55, "jti": "8d3e"}
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def signed(said: dict[str, Any], *, key: Any = APP, algorithm: str = "RS256", **header: Any) -> str:
    """Sign it as they do."""
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": "key_1", **header})


def by_hand(header: Any, payload: Any) -> str:
    """Write what no library would."""
    parts = (json.dumps(each).encode() if not isinstance(each, bytes) else each for each in (header, payload, b"x"))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def prove(text: str, *, now: float = NOW, at: str = OURS) -> Any:
    """Check an assertion as the door does."""
    assert claimed_key(text) == ("app_1", "key_1")
    return proved(text, KEY, auth_servers=[at], now=int(now * 1000))


def refusal(text: str, **how: Any) -> TokenRefused:
    """Give why it is refused."""
    with pytest.raises(TokenRefused) as refused:
        prove(text, **how)
    return refused.value


def test_what_the_libraries_sign_proves_the_app() -> None:
    """It is remembered for longer than it proves anything, under a mark of its own that a key registered anew keeps."""
    proof = prove(signed(claims()))
    assert proof.until == (NOW + 55 + LEEWAY_S + 60) * 1000
    anew = msgspec.structs.replace(KEY, id="ok_2")
    assert proved(signed(claims()), anew, auth_servers=[OURS], now=NOW * 1000) == proof
    assert prove(signed(claims(iat=NOW - 4.25))).mark == proof.mark
    assert prove(signed(claims(jti="other"))).mark != proof.mark


@given(st.floats(-200, 200))
@example(-float(LEEWAY_S))
@example(float(LEEWAY_S))
def test_it_proves_for_a_minute_and_both_clocks_may_differ_a_little(ahead: float) -> None:
    """By an app's clock that is ahead, or behind, up to the leeway: later it is over, earlier it is of the future."""
    said = claims(iat=NOW + ahead, exp=NOW + ahead + LIFE_S_MAX)
    if -LIFE_S_MAX - LEEWAY_S < ahead <= LEEWAY_S:
        assert prove(signed(said)).until >= NOW * 1000
    else:
        why = "Token used before issued" if ahead > 0 else "Token is expired"
        assert (refusal(signed(said)).error, refusal(signed(said)).description) == ("invalid_request", why)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"exp": NOW + 3_600}, "within 60 seconds"),
        ({"nbf": NOW + 60}, "Token used before issued"),
        ({"exp": ...}, "exp "),
        ({"iat": ...}, "iat "),
        ({"exp": "soon"}, "exp "),
        ({"exp": True}, "exp "),
        ({"exp": float("nan")}, "exp "),
        ({"exp": float("inf")}, "exp "),
        ({"exp": 10**400}, "exp "),
        ({"iat": -1}, "iat "),
        ({"jti": ...}, "jti "),
        ({"jti": ""}, "jti "),
        ({"jti": "x" * 256}, "jti "),
        ({"jti": 5}, "jti "),
    ],
)
def test_claims_are_checked_one_by_one(changes: dict[str, Any], words: str) -> None:
    """What is missing, of another kind, or beyond bounds is told by its name, and never repeated."""
    refused = refusal(signed(claims(**changes)))
    assert refused.error is OAuthError.INVALID_REQUEST
    assert refused.description.startswith(words) or words in refused.description


@pytest.mark.parametrize(
    "aud",
    [OURS, f"{OURS}/", f"{OURS}/token", f"{OURS}/token/", "HTTPS://Tidings.Test:443", ["https://x.test", OURS]],
)
def test_our_address_is_one_however_it_is_written(aud: Any) -> None:
    """With and without `/token`, a slash at its end, its port; among others, too."""
    prove(signed(claims(aud=aud)))
    prove(signed(claims(aud=aud)), at=f"{OURS}/")


@pytest.mark.parametrize(
    "aud",
    [
        *(..., "", 5, None, [], [[OURS]], "https://oauth2.segment.io", "http://tidings.test"),
        *(f"{OURS}:8443", f"{OURS}/other", f"{OURS}.evil.test", f"{OURS}@evil.test", f"{OURS}?x", "https://["),
    ],
)
def test_what_is_meant_for_another_server_proves_nothing(aud: Any) -> None:
    """Else whoever it was sent to could come with it here."""
    refused = refusal(signed(claims(aud=aud)))
    assert refused.error is OAuthError.INVALID_CLIENT
    assert refused.description.endswith(OURS)


@given(st.sampled_from(["http", "https"]), st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){0,2}", fullmatch=True))
def test_an_address_is_written_in_one_way(scheme: str, host: str) -> None:
    """What is written so stays so, and each way to write it is written so."""
    plain = f"{scheme}://{host}"
    assert audience_of(plain) == plain
    assert {audience_of(plain.upper().replace(scheme.upper(), scheme) + end) for end in ("", "/", "/token")} == {plain}
    assert audience_of(f"{plain}/a/token/") == f"{plain}/a"


@pytest.mark.parametrize(
    "text",
    [
        signed(claims(), key=OTHER),
        signed(claims())[:-6] + "AAAAAA",
        signed(claims()).rpartition(".")[0] + ".",
        signed(claims(sub="app_1", aud=[OURS] * 3), key=OTHER),
    ],
)
def test_another_signature_proves_nothing(text: str) -> None:
    """Of another key, damaged, or missing."""
    assert refusal(text).error is OAuthError.INVALID_CLIENT


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """An HMAC by the text of the public key, as libraries once took, is no RS256."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"key_1"}').rstrip(b"=").decode()
    body = signed(claims()).split(".")[1]
    signature = jwt.get_algorithm_by_name("HS256").sign(f"{head}.{body}".encode(), PEM.encode())
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(TokenRefused, match="RS256"):
        claimed_key(forged)
    with pytest.raises(TokenRefused, match="not signed"):
        proved(forged, KEY, auth_servers=[OURS], now=NOW * 1000)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "invalid_request"),
        ("a.b", "invalid_request"),
        ("é" * 20, "invalid_request"),
        ("x" * 8_193, "invalid_request"),
        (by_hand({"alg": "RS256"}, b'{"a":' + b"[" * 5_000), "invalid_request"),
        (by_hand({"alg": "RS256", "kid": "k"}, ["no", "object"]), "invalid_request"),
        (by_hand({"alg": "none", "kid": "k"}, claims()), "invalid_client"),
        (signed(claims(), algorithm="RS512"), "invalid_client"),
        (by_hand({"alg": "RS256"}, claims()), "invalid_client"),
        (signed(claims(iss="app_2")), "invalid_client"),
        (signed(claims(sub=...)), "invalid_client"),
        (by_hand({"alg": "RS256", "kid": "k"}, {"iss": 5, "sub": 5}), "invalid_client"),
    ],
)
def test_what_names_no_key_is_refused(text: str, error: str) -> None:
    """It is no JWT, or not signed by RS256, or does not say by whom."""
    with pytest.raises(TokenRefused) as refused:
        claimed_key(text)
    assert refused.value.error == error


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda drawn: by_hand({"alg": "RS256"}, drawn)))
def test_whatever_comes_is_refused_and_nothing_breaks(text: str) -> None:
    """There is one way to say no."""
    for look in (claimed_key, lambda each: proved(each, KEY, auth_servers=[OURS], now=NOW * 1000)):
        with pytest.raises(TokenRefused):
            look(text)
