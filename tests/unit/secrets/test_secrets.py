import pytest

from tidings.errors import ConfigurationError
from tidings.secrets import SecretBox

KEY = "0123456789abcdef"


def test_what_was_sealed_is_opened():
    """A box opens what it, or another with the same key, has sealed."""
    assert SecretBox(KEY).open(SecretBox(KEY).seal("pässword 😀")) == "pässword 😀"


def test_what_is_sealed_cannot_be_read():
    """Nothing of the text stands in what was sealed, and sealing twice shows not even that it is the same."""
    box = SecretBox(KEY)
    sealed = box.seal("password" * 4)
    assert b"password" not in sealed
    assert sealed != box.seal("password" * 4)


def test_another_key_opens_nothing():
    """Opening with another key says which setting to mend, and nothing of the secret."""
    sealed = SecretBox(KEY).seal("password")
    with pytest.raises(ConfigurationError, match="TIDINGS_SECRET_KEY") as refused:
        SecretBox("another key of some length").open(sealed)
    assert "password" not in str(refused.value)


def test_what_was_tampered_with_is_not_opened():
    """A changed byte is noticed."""
    sealed = bytearray(SecretBox(KEY).seal("password"))
    sealed[30] ^= 1
    with pytest.raises(ConfigurationError):
        SecretBox(KEY).open(bytes(sealed))


@pytest.mark.parametrize("key", ["", "0123456789abcde"])
def test_a_short_key_is_refused(key):
    """A key of fewer than 16 characters is refused, with what to do, and is not repeated."""
    with pytest.raises(ConfigurationError, match="16 characters") as refused:
        SecretBox(key)
    assert not key or key not in str(refused.value)


def test_keys_for_other_purposes_differ():
    """A derived key is the same each time and another for each purpose and each secret key."""
    derived = SecretBox(KEY).derive("studio-session")
    assert derived == SecretBox(KEY).derive("studio-session")
    assert len(derived) == 32
    assert derived != SecretBox(KEY).derive("links")
    assert derived != SecretBox(KEY + "!").derive("studio-session")


def test_a_box_does_not_show_its_key():
    """A box in a log shows no key."""
    assert KEY not in repr(SecretBox(KEY))
