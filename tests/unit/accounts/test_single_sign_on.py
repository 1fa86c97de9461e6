import re
from pathlib import Path

import pytest

from tidings.accounts import Identity, Refusal, Role, SignInRefused, SingleSignOn, single_sign_on
from tidings.api.studio.identity_provider import challenge_of
from tidings.api.studio.single_sign_on import inside
from tidings.config import Config
from tidings.errors import ConfigurationError

STUDIO = Path(__file__).parents[3] / "studio" / "src"
SET = {"oidc_issuer": "https://id.example.com/realm", "oidc_client_id": "tidings"}


def ann(email="ann@example.com"):
    """Ann, as her issuer names her."""
    return Identity(issuer="https://id.example.com", subject="1", email=email)


def test_it_is_off_until_an_issuer_is_named():
    """Nothing else switches it on."""
    assert single_sign_on(Config()) is None


def test_the_settings_say_who_may_come():
    """The issuer's host is its name where no other is given."""
    found = single_sign_on(Config(**SET, oidc_allowed_domains=" Example.com, example.org ", oidc_newcomers="analyst"))

    assert found == SingleSignOn(
        issuer="https://id.example.com/realm",
        client_id="tidings",
        name="id.example.com",
        domains=frozenset({"example.com", "example.org"}),
        newcomers=Role.ANALYST,
    )
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example.com"},
        {"oidc_issuer": "https://user:pass@id.example.com"},
        {"oidc_issuer": "https://id.example.com/?tenant=1"},
        {"oidc_client_id": ""},
        {"oidc_issuer": "", "password_sign_in": False},
        {"oidc_newcomers": "analyst"},
        {"oidc_newcomers": "king", "oidc_allowed_domains": "example.com"},
    ],
)
def test_wrong_settings_end_a_start(wrong):
    """Newcomers need a bound: some issuers know everybody."""
    with pytest.raises(ConfigurationError):
        single_sign_on(Config(**{**SET, **wrong}))


@pytest.mark.parametrize("issuer", ["http://localhost:9000", "http://127.0.0.1", "http://[::1]:9000/realm"])
def test_an_issuer_on_this_machine_needs_no_tls(issuer):
    """For trying it out."""
    assert single_sign_on(Config(**{**SET, "oidc_issuer": issuer}))


def test_other_domains_are_refused():
    """An ending is no domain; a star is all."""
    settings = single_sign_on(Config(**SET, oidc_allowed_domains="example.com"))

    settings.check_domain(ann())
    for other in ("ann@evil-example.com", "ann@sub.example.com"):
        with pytest.raises(SignInRefused) as refused:
            settings.check_domain(ann(other))
        assert refused.value.refusal is Refusal.DOMAIN
    single_sign_on(Config(**SET, oidc_allowed_domains="*", oidc_newcomers="analyst")).check_domain(ann("a@b.example"))


@pytest.mark.parametrize(
    "path", ["https://evil.example/studio/", "//evil.example/studio/", "/logs", "/studio/\\evil", "/studio/\n", None]
)
def test_nobody_is_led_out_of_studio(path):
    """A link may name where in Studio to go, and nothing else."""
    assert inside(path) == "/studio/"
    assert inside("/studio/logs?status=SENT") == "/studio/logs?status=SENT"


def test_the_challenge_is_that_of_the_standard():
    """The example of RFC 7636, appendix B."""
    challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_studio_has_words_for_each_refusal():
    """For these and no others: whoever is refused reads why."""
    words = (STUDIO / "components" / "account" / "refusals.ts").read_text()

    assert set(re.findall(r"^  (\w+): \{$", words, re.MULTILINE)) == set(Refusal)
