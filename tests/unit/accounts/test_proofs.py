import pyotp
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from tidings.accounts import (
    Credentials,
    Passwords,
    Tries,
    check_password,
    email_of,
    new_recovery_codes,
    new_secret,
    prolonged,
    recovery_hash,
    setup_url,
    shortened,
    step_of,
    wait_ms,
)
from tidings.errors import InvalidInput

DAY = 24 * 3_600_000
NOW = 1_767_268_800_000


@pytest.fixture
def passwords():
    """Passwords that cost no time."""
    return Passwords(PasswordHasher.from_parameters(CHEAPEST))


def test_a_password_proves_itself(passwords):
    """Another does not, nor does any prove what was never set."""
    kept = passwords.hash("correct horse battery")

    assert passwords.proves("correct horse battery", kept)
    assert not passwords.proves("correct horse", kept)
    assert not passwords.proves("correct horse battery", None)
    assert not passwords.proves("correct horse battery", "no hash at all")


def test_hashes_say_when_they_are_outdated(passwords):
    """Those of other parameters are made anew at the next chance."""
    kept = passwords.hash("correct horse battery")

    assert not passwords.is_outdated(kept)
    assert Passwords().is_outdated(kept)


def test_hashes_take_memory_as_owasp_says():
    """46 MiB, once, by Argon2id."""
    assert Passwords().hash("correct horse battery").startswith("$argon2id$v=19$m=47104,t=1,p=1$")


@pytest.mark.parametrize("password", ["short", "x" * 257, "aaaaaaaaaaaaaaab", "Ann@example.com"])
def test_what_anybody_would_try_is_refused(password):
    """Too short, too long, too simple, or the address."""
    with pytest.raises(InvalidInput) as refused:
        check_password(password, email="ann@example.com")
    assert refused.value.path == "password"


def test_any_sentence_will_do():
    """No rule asks for digits or signs."""
    check_password("correct horse battery", email="ann@example.com")


@pytest.mark.parametrize("text", ["", "ann", "ann@", "a" * 300 + "@example.com", "ann@ex ample.com"])
def test_what_is_no_address_is_refused(text):
    """With the field that it is in."""
    with pytest.raises(InvalidInput) as refused:
        email_of(text)
    assert refused.value.path == "email"


def test_one_mailbox_is_one_address():
    """Capitals and blanks around it do not matter."""
    assert email_of(" Ann.Lee@Example.COM ") == "ann.lee@example.com"


def test_a_code_belongs_to_its_half_minute():
    """Those beside it are taken too, no others; blanks in it do not matter."""
    secret = new_secret()
    app = pyotp.TOTP(secret)
    step = NOW // 30_000

    assert [step_of(secret, app.generate_otp(step + near), now=NOW) for near in (-2, -1, 0, 1, 2)] == [
        *(None, step - 1, step),
        *(step + 1, None),
    ]
    code = app.generate_otp(step)
    assert step_of(secret, f"{code[:3]} {code[3:]}", now=NOW) == step
    for nothing in ("", "12345", "abcdef", "١٢٣٤٥٦", code + "0"):
        assert step_of(secret, nothing, now=NOW) is None


def test_an_app_is_told_who_and_where():
    """The secret, the address and our name."""
    assert setup_url("A" * 32, email="ann@example.com", issuer="tidings") == (
        f"otpauth://totp/tidings:ann%40example.com?secret={'A' * 32}&issuer=tidings"
    )


def test_recovery_codes_are_typed_as_people_type():
    """Ten different ones; dashes, blanks and capitals do not matter."""
    codes = new_recovery_codes()

    assert len({recovery_hash(code) for code in codes}) == 10
    assert recovery_hash(codes[0].upper().replace("-", " ")) == recovery_hash(codes[0])


def test_a_session_is_prolonged_once_an_hour():
    """By a week, and never past thirty days."""
    assert prolonged(created=0, seen=0, now=3_599_999) is None
    assert prolonged(created=0, seen=0, now=DAY) == 8 * DAY
    assert prolonged(created=0, seen=0, now=25 * DAY) == 30 * DAY


def test_waiting_grows_and_ends():
    """Twice as long each time, a quarter of an hour at most; an hour later nothing is known."""
    waits = [wait_ms(Tries(count, 0, 3), now=0) for count in (0, 2, 3, 4, 12, 13, 1000)]

    assert waits == [0, 0, 1000, 2000, 512_000, 900_000, 900_000]
    assert wait_ms(Tries(1000, 0, 3), now=3_600_000) == 0


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("::ffff:10.1.2.3", "10.1.2.0/24"),
        ("testclient", ""),
    ],
)
def test_addresses_are_shortened(address, short):
    """To the neighbourhood."""
    assert shortened(address) == short


def test_credentials_do_not_show_themselves():
    """A repr ends up in logs."""
    assert "SECRET" not in repr(Credentials(password_hash="SECRET", second_factor="SECRET"))
