"""What may become a link."""

import pytest

from tidings.rendering.urls import is_settled, safe_url


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.test/a?b=1&c=2#d", "https://x.test/a?b=1&c=2#d"),
        ("  HTTP://x.test ", "HTTP://x.test"),
        ("mailto:ann@x.test", "mailto:ann@x.test"),
        ("tel:+4930123", "tel:+4930123"),
        ('https://x.test/" onclick="x', "https://x.test/%22%20onclick=%22x"),
        ("https://x.test/a b\nc", "https://x.test/a%20b%0Ac"),
    ],
)
def test_addresses_that_lead_somewhere(address, expected):
    """The four schemes are kept; what could end the attribute is percent-encoded."""
    assert safe_url(address) == expected


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", " JaVaScript:x", "java\nscript:x", "data:text/html,x", "vbscript:x", "//x.test",
     "/path", "x.test", "https://", "https:///path", "\x01javascript:x", "http:x", "https://x/" + "a" * 9_000],
)  # fmt: skip
def test_addresses_that_do_not(address):
    """Everything else is no link."""
    assert safe_url(address) is None


def test_settled_addresses_need_no_second_look():
    """An address is settled once its scheme and the start of its host are written in the template."""
    assert is_settled("https://x.test/{{id}}")
    assert not is_settled("https://{{host}}/")
    assert not is_settled("{{url}}")
