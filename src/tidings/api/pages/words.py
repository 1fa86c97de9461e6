"""The words of recipients' pages: ours in a handful of languages, and a workspace's own over them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources

import msgspec
from babel import Locale, UnknownLocaleError

from tidings.translations import Catalogue, read_po

ENGLISH = "en"
"""The language of the words in the templates themselves."""
_NOBODYS = Catalogue()
_HEADER_CHARACTERS_MAX = 500
_ASKED_MAX = 20
"""Languages that a browser may ask for; people have three."""
_LOCALE_CHARACTERS_MAX = 35


class Words(msgspec.Struct, frozen=True):
    """What a page says, in one language."""

    locale: str = ENGLISH
    theirs: Catalogue = _NOBODYS
    """What the workspace says, in any language."""

    @property
    def tag(self) -> str:
        """The language as HTML and HTTP name it (BCP 47)."""
        return self.locale.replace("_", "-")

    @property
    def direction(self) -> str:
        """`ltr`, or `rtl` where it is written from right to left."""
        try:
            return str(Locale.parse(self.tag, sep="-").text_direction)
        except (ValueError, UnknownLocaleError):
            return "ltr"

    def say(self, words: str, **values: str) -> str:
        """Translate our words: as the workspace says it in this language, as we do, else as its `default` does.

        A placeholder in braces stands for the value of that name.
        """
        said = self.theirs.in_language(words, self.locale) or _ours().in_language(words, self.locale)
        said = said or self.theirs.say(words, self.locale) or words
        for name, value in values.items():
            said = said.replace(f"{{{name}}}", value)
        return said

    def named(self, words: str | None) -> str:
        """Translate what the workspace wrote itself, such as the name of a topic; as it is where it did not."""
        return (self.theirs.say(words, self.locale) or words) if words else ""


def words_for(asked: Iterable[str], theirs: Catalogue = _NOBODYS) -> Words:
    """Choose the first language asked for that we, or the workspace, speak; English when there is none.

    >>> words_for(["sv", "de-CH", "fr"]).locale
    'de'
    """
    for locale in asked:
        for name in _spellings(locale):
            if theirs.speaks(name) or _ours().speaks(name) or name == ENGLISH:
                return Words(name, theirs)
    return Words(ENGLISH, theirs)


def asked_by_browser(header: str) -> list[str]:
    """Read `Accept-Language` (RFC 9110 §12.5.4): what is preferred comes first, what is refused not at all."""
    asked: list[tuple[float, str]] = []
    for part in header[:_HEADER_CHARACTERS_MAX].split(",")[:_ASKED_MAX]:
        name, _, parameter = part.partition(";")
        weight = parameter.strip().removeprefix("q=") or "1"
        try:
            asked.append((float(weight), name.strip()))
        except ValueError:
            continue
    return [name for weight, name in sorted(asked, key=lambda each: -each[0]) if weight > 0 and name not in {"", "*"}]


def _spellings(locale: str) -> Iterator[str]:
    """List a locale as it is spelled, then it and what it is a variety of in the customary case."""
    if len(locale) > _LOCALE_CHARACTERS_MAX:
        return
    yield from dict.fromkeys((locale, locale.replace("-", "_"), locale.replace("_", "-")))
    try:
        parts = [each for each in str(Locale.parse(locale.replace("-", "_"))).split("_") if each]
    except (ValueError, UnknownLocaleError, TypeError):
        return
    for count in range(len(parts), 0, -1):
        yield "_".join(parts[:count])
        if count > 1:
            yield "-".join(parts[:count])


@lru_cache(maxsize=1)
def _ours() -> Catalogue:
    """Read our own catalogues, once."""
    folder = resources.files("tidings.api.pages") / "languages"
    files = [each for each in folder.iterdir() if each.name.endswith(".po")]
    languages: Mapping[str, Mapping[str, str]] = {
        each.name.removesuffix(".po"): read_po(each.read_text(encoding="utf-8")) for each in files
    }
    return Catalogue(languages=languages)
