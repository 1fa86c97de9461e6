"""The words of recipients' pages."""

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.api.hosted.routes import CHANNELS
from tidings.api.pages import Words, asked_by_browser, words_for
from tidings.translations import Catalogue, read_po

FOLDER = resources.files("tidings.api.pages")
TEMPLATES = ("choose.html", "dead_link.html", "leave.html", "left.html")
LANGUAGES = sorted(each.name.removesuffix(".po") for each in (FOLDER / "languages").iterdir())


def spoken():
    """Everything that the pages say."""
    said = set(CHANNELS.values())
    for name in TEMPLATES:
        said.update(re.findall(r'words\.say\("([^"]+)"', (FOLDER / name).read_text()))
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language):
    """Each catalogue translates all that the pages say and nothing else, and keeps the placeholders."""
    words = read_po((FOLDER / "languages" / f"{language}.po").read_text())
    assert set(words) == spoken()
    assert all(re.findall(r"{\w+}", key) == re.findall(r"{\w+}", said) for key, said in words.items())


def test_who_is_heard_first():
    """In its language a workspace beats us, we beat its `default`, and that beats English."""
    theirs = Catalogue(languages={"de": {"Save": "Sichern"}, "default": {"Save": "Keep", "Saved.": "Kept."}})
    german, english = Words("de", theirs), Words("en", theirs)
    assert (german.say("Save"), german.say("Saved.")) == ("Sichern", "Gespeichert.")
    assert (english.say("Save"), english.say("Unsubscribe")) == ("Keep", "Unsubscribe")
    assert english.say("{topic} {x}", topic="{x}", x="y") == "y y"


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        (["de-CH"], "de"),
        (["DE_de"], "de"),
        (["pt-BR"], "pt_BR"),
        (["pt-PT"], "pt"),
        (["zh-TW", "fr"], "zh-TW"),
        (["en-GB", "fr"], "en"),
        (["tlh", "", "☃", "x" * 40], "en"),
        ([], "en"),
    ],
)
def test_which_language(asked, locale):
    """The first that somebody speaks, however it is spelled; English for none."""
    theirs = Catalogue(languages={"zh-TW": {}})
    assert words_for(asked, theirs).locale == locale


def test_what_a_browser_asks_for():
    """By weight; what is refused, or cannot be read, is left out."""
    assert asked_by_browser("fr;q=0.3, de, *;q=0.1, it;q=0, es;q=x, nl;q=0.9") == ["de", "nl", "fr"]


@given(st.text(max_size=60), st.lists(st.text(max_size=50), max_size=3))
def test_any_wish_is_answered(header, asked):
    """Whatever browsers and profiles say, there is a language that can be written into the page."""
    words = words_for([*asked, *asked_by_browser(header)])
    assert words.direction in {"ltr", "rtl"}
    assert words.say("Save")
