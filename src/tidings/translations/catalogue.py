"""Catalogues of messages, from gettext's `.po` text (courier-api.md §16)."""

import io
from collections.abc import Iterator, Mapping

import msgspec
from babel.messages.pofile import PoFileError
from babel.messages.pofile import read_po as read_pofile

from tidings.errors import InvalidInput, TooLarge

PO_BYTES_MAX = 2 * 1024 * 1024
MESSAGES_MAX = 20_000
_DEFAULT = "default"


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """One language of a domain."""

    environment_id: int
    domain: str
    locale: str
    text: str
    """The `.po` text as it was sent."""
    updated: int


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Every language of an environment, ready to be looked up."""

    languages: Mapping[str, Mapping[str, str]] = {}
    """By locale, as it was spelled in the path; `default` speaks where none other does."""

    def say(self, key: str, locale: str) -> str | None:
        """Find a message: in this language, in the one it is a variety of, in `default`."""
        return self.in_language(key, locale) or self.languages.get(_DEFAULT, {}).get(key) or None

    def in_language(self, key: str, locale: str) -> str | None:
        """Find a message in this language, or in the one it is a variety of."""
        for name in _chain(locale):
            words = self.languages.get(name)
            if words and (said := words.get(key)):
                return said
        return None

    def speaks(self, locale: str) -> bool:
        """Tell whether there is a catalogue spelled like this."""
        return locale in self.languages


def _chain(locale: str) -> Iterator[str]:
    """List the names under which a language is looked up: `pt-BR` as `pt-BR`, `pt_BR`, `pt`."""
    names = [locale, locale.replace("_", "-"), locale.replace("-", "_")]
    head = names[1]
    while "-" in head:
        head = head.rpartition("-")[0]
        names += [head, head.replace("-", "_")]
    yield from dict.fromkeys(names)


def read_po(text: str) -> dict[str, str]:
    """Read a catalogue: the message ids and their words; those not translated are left out.

    Raises `InvalidInput`, naming the line where it is known.
    """
    if len(text.encode("utf-8", "replace")) > PO_BYTES_MAX:
        raise TooLarge(f"a catalogue may have {PO_BYTES_MAX} bytes at most")
    try:
        found = read_pofile(io.StringIO(text), abort_invalid=True)
    except PoFileError as error:
        raise InvalidInput(f"not a .po catalogue: {str(error)[:200]}") from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise InvalidInput(f"not a .po catalogue: {type(error).__name__}") from None
    if len(found) > MESSAGES_MAX:
        raise TooLarge(f"a catalogue may have {MESSAGES_MAX} messages at most")
    if text.strip() and "msgid" not in text:
        raise InvalidInput("not a .po catalogue: it has no msgid")
    words: dict[str, str] = {}
    for message in found:
        key = message.id[0] if isinstance(message.id, list | tuple) else message.id
        said = message.string[0] if isinstance(message.string, list | tuple) else message.string
        if key and said:
            words[str(key)] = str(said)
    return words
