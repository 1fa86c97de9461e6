import pytest

from tidings.workspaces import hash_key, hint


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("pk_prod_ABCDEFGHIJKLMNOPx1Yz", "pk_prod_…x1Yz"),
        ("ABCDEFGHIJKLMNOPx1Yz", "…x1Yz"),
        ("wk_ABCDEFGH1234", "wk_…1234"),
        ("Se6gZNFhJxQ0_1aoVvbeuTvFvMwdwjDAs9iLPY1t_mqw", "…_mqw"),
        ("short", "…"),
        ("", "…"),
    ],
)
def test_a_hint_recognises_a_key(key, shown):
    """A hint shows prefix and last four characters, of a short key nothing."""
    assert hint(key) == shown


def test_a_hash_is_the_keys_own():
    """Keys that differ hash differently, equal ones alike, into 32 bytes that do not hold the key."""
    assert hash_key("wk_a") == hash_key("wk_a")
    assert hash_key("wk_a") != hash_key("wk_A")
    assert len(hash_key("wk_a")) == 32
    assert b"wk_a" not in hash_key("wk_a")
