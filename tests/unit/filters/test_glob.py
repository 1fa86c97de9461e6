import time

import pytest

from tidings.filters.glob import matcher


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "a/b\nc", True),
        ("a*", "abc", True),
        ("a*", "ba", False),
        ("*c", "abc", True),
        ("*b*", "abc", True),
        ("*b*", "ac", False),
        ("a*c", "ac", True),
        ("aba*aba", "aba", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*?", "", False),
        ("[a-c]x", "bx", True),
        ("[a-c]x", "dx", False),
        ("[^a-c]x", "dx", True),
        ("[^a-c]x", "ax", False),
        ("[z-a]", "m", False),
        (r"[\]]", "]", True),
        (r"[\-a]", "-", True),
        ("[^^]", "a", True),
        ("a[", "a[", True),
        ("[]", "[]", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("a.c", "abc", False),
        ("(a|b)+", "(a|b)+", True),
        ("A", "a", False),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "ab", False),
        ("a\\", "a\\", True),
    ],
)
def test_globs(glob, text, expected):
    """A glob matches the whole text, case and all, and nothing in it is a regular expression."""
    assert matcher(glob)(text) is expected


def test_a_glob_never_goes_back():
    """A glob that a careless matcher would try in billions of ways is answered at once."""
    hostile = matcher("*a" * 200 + "[b]")

    started = time.perf_counter()
    assert hostile("a" * 30_000) is False
    assert time.perf_counter() - started < 5
