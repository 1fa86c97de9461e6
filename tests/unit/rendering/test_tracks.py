"""Emails whose links lead by way of us."""

import re

import pytest

from tidings.rendering import Manner, Renderer, Tracks, Variables
from tidings.rendering.tracks import URL_MAX, tracked, with_utm

WE = Tracks(click=lambda url: f"https://we.test/c/{url.encode().hex()}", own="https://we.test/")


def led(email, tracks=WE):
    """Where the links of a tracked email lead in the end."""
    found = re.findall(r"<a[^>]*href=[\"']([^\"']*)", tracked(email, tracks))
    return [
        bytes.fromhex(url.removeprefix("https://we.test/c/")).decode() if "/c/" in url else f"straight {url}"
        for url in found
    ]


def render(*elements, **tracks):
    """These elements, as a tracked email."""
    content = {"version": "2022-01-01", "elements": list(elements)}
    manner = Manner(tracks=Tracks(click=lambda url: f"https://we.test/c/{url.encode().hex()}", **tracks))
    said = Renderer().render(
        "email",
        content,
        cache_key=None,
        variables=Variables(data={"id": "7"}),
        recipient="ann@x.test",
        manner=manner,
    )
    return said.content


@pytest.mark.parametrize(
    ("email", "leads"),
    [
        ('<a href="https://x.test/?a=1&amp;b=2#c">', ["https://x.test/?a=1&b=2#c"]),
        ("<A class='l' HREF='http://x.test/'>", []),
        ("<a class='l' href='http://x.test/'>", ["http://x.test/"]),
        ('<a href="https://x.test/ä?q=ü&amp;p=%20">', ["https://x.test/%C3%A4?q=%C3%BC&p=%20"]),
        ('<a href="https://bücher.test/">', ["straight https://bücher.test/"]),
        ('<a href="https://we.test/t/u/1">', ["straight https://we.test/t/u/1"]),
        (f'<a href="https://x.test/{"a" * URL_MAX}">', [f"straight https://x.test/{'a' * URL_MAX}"]),
        ('<a href="mailto:a@x.test"><a href="tel:1"><a name="x">', ["straight mailto:a@x.test", "straight tel:1"]),
        ('<link href="https://x.test/a.css"><img src="https://x.test/a.png">', []),
    ],
)
def test_which_links_are_led_by_way_of_us(email, leads):
    """Those of anchors to the web, each with its query as it was; other kinds of links, and our own, stay."""
    if "HREF" in email:
        assert "we.test/c/" in tracked(email, WE)
    else:
        assert led(email) == leads


def test_every_element_with_a_link():
    """Buttons, links in texts, pictures and markdown are tracked; what says `disable_tracking` is not."""
    kinds = [
        {"type": "action", "content": "a", "href": "https://x.test/{{id}}"},
        {"type": "action", "content": "a", "href": "https://x.test/2", "style": "link"},
        {"type": "image", "src": "https://x.test/p.png", "href": "https://x.test/3"},
        {"type": "text", "elements": [{"type": "link", "content": "l", "href": "https://x.test/4"}]},
        {"type": "text", "elements": [{"type": "img", "src": "https://x.test/p.png", "href": "https://x.test/5"}]},
    ]
    off = [
        each | ({"disable_tracking": True} if "href" in each else {"elements": [
            one | {"disable_tracking": True} for one in each["elements"]]}) for each in kinds
    ]  # fmt: skip
    followed = render(*kinds, {"type": "text", "content": "[m](https://x.test/6)"}).html
    straight = render(*off).html
    assert {bytes.fromhex(found).decode() for found in re.findall(r"/c/([0-9a-f]+)", followed)} == {
        f"https://x.test/{id_}" for id_ in ("7", "2", "3", "4", "5", "6")
    }
    assert "we.test" not in straight
    assert "data-untracked" not in straight
    assert 'href="https://x.test/7"' in straight


def test_the_picture_that_tells_of_opening():
    """It stands at the end of the body, once; an email without HTML gets none."""
    html = render({"type": "text", "content": "Hi"}, pixel="https://we.test/o/1").html
    assert html.count("https://we.test/o/1") == 1
    assert html.index("https://we.test/o/1") > html.index("Hi")
    assert html.rstrip().endswith("</html>")
    assert tracked("", Tracks(pixel="https://we.test/o/1")) == ""
    assert tracked("Hi", Tracks(pixel="https://we.test/o/1")).startswith("Hi<img ")


def test_text_is_left_alone():
    """The plain text of an email shows addresses as they were written."""
    assert "https://x.test/7" in render({"type": "action", "content": "a", "href": "https://x.test/{{id}}"}).text


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("https://x.test/", "https://x.test/?utm_source=a+b&utm_term=c"),
        ("https://x.test/?q=%20#f", "https://x.test/?q=%20&utm_source=a+b&utm_term=c#f"),
        ("https://x.test/?utm_source=mine", "https://x.test/?utm_source=mine&utm_term=c"),
        ("https://x.test/?utm_source=1&utm_term=2", "https://x.test/?utm_source=1&utm_term=2"),
        ("https://x.test/?", "https://x.test/?utm_source=a+b&utm_term=c"),
    ],
)
def test_campaign_parameters(url, becomes):
    """They are added before the fragment; what the address has already stays, letter by letter."""
    assert with_utm(url, {"source": "a b", "term": "c"}) == becomes


def test_campaign_parameters_need_no_tracking():
    """Links get them where nobody tracks, too."""
    assert (
        tracked('<a href="https://x.test/">', Tracks(utm={"source": "s"})) == '<a href="https://x.test/?utm_source=s">'
    )
