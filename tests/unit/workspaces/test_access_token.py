"""Access tokens: they say what they open, and nobody else can write one."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.workspaces import AccessToken, AccessTokens

TOKENS = AccessTokens(b"k" * 32)
TOKEN = AccessToken("ok_01jd0000000000000000000000", 2, 7, 1_800_000_000_000)
SIGNED = TOKENS.issue(TOKEN).encode()


@given(st.text(max_size=40), *[st.integers(0, 2**31)] * 2, st.integers(0, 2**45))
def test_what_is_issued_is_read(key_id: str, environment_id: int, source_id: int, expires_at: int) -> None:
    """As it was; it fits a header."""
    token = AccessToken(key_id, environment_id, source_id, expires_at)
    signed = TOKENS.issue(token)
    assert TOKENS.read(signed.encode()) == token
    assert signed.replace("-", "").replace("_", "").isalnum()


@given(st.binary(max_size=600))
def test_whatever_comes_is_no_token(text: bytes) -> None:
    """Nothing that was not issued is read, and nothing breaks."""
    assert TOKENS.read(text) is None


@given(st.integers(0, len(SIGNED) - 2), st.sampled_from(b"ABCXYZabcxyz0189-_"))
def test_a_changed_token_is_none(at: int, character: int) -> None:
    """Every character counts; of the last one some bits do not."""
    changed = bytearray(SIGNED)
    changed[at] = character
    assert (TOKENS.read(bytes(changed)) == TOKEN) == (bytes(changed) == SIGNED)


def test_each_installation_has_its_own() -> None:
    """A token of one opens nothing at another."""
    assert AccessTokens(b"l" * 32).read(SIGNED) is None
