"""What is a picture, and what it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.assets import ASSET_BYTES_MAX, asset_of
from tidings.errors import InvalidInput, TooLarge

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [
        (PNG, "image/png", ".png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 8, "image/jpeg", ".jpg"),
        (b"GIF87a" + b"\0" * 8, "image/gif", ".gif"),
        (b"GIF89a" + b"\0" * 8, "image/gif", ".gif"),
        (WEBP, "image/webp", ".webp"),
    ],
)
def test_the_content_says_what_it_is(content, media_type, ending):
    """Whatever the name claims."""
    asset = asset_of(1, "page.html", content, now=5)

    assert (asset.media_type, asset.name, asset.bytes) == (media_type, "page" + ending, len(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"<html><script>", "is no PNG"),
        (b"", "is no PNG"),
        (b"RIFF\x10\0\0\0WAVE", "is no PNG"),
        (b"%PDF-1.7", "is no PNG"),
        (b" " + PNG, "is no PNG"),
    ],
)
def test_anything_else_is_refused(content, words):
    """Least of all what a browser would run."""
    with pytest.raises(InvalidInput, match=words):
        asset_of(1, "a.png", content, now=5)


def test_a_picture_is_bounded():
    """Past 5 MiB it is too large."""
    with pytest.raises(TooLarge):
        asset_of(1, "a.png", PNG + b"\0" * ASSET_BYTES_MAX, now=5)


def test_the_same_picture_has_one_id():
    """In one environment; in another it has another."""
    assert asset_of(1, "a.png", PNG, now=5).id == asset_of(1, "b.png", PNG, now=6).id
    assert asset_of(1, "a.png", PNG, now=5).id != asset_of(2, "a.png", PNG, now=5).id


@given(st.text(max_size=300))
def test_a_name_is_harmless_in_an_address(name):
    """Nothing of a path, nothing hidden, and never long."""
    plain = asset_of(1, name, PNG, now=5).name

    assert plain.endswith(".png")
    assert 5 <= len(plain) <= 100
    assert not set(plain) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert not plain.startswith(".")
