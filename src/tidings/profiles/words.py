"""The words by which somebody is found: addresses and names, as whoever looks for them writes them. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

WORD_CHARACTERS_MAX = 100
_NAMES_MAX = 4
_NOT_IN_PHONES = re.compile(r"[^\d+]")

EMAIL, PHONE, NAME = "email", "phone", "name"

_NAMES = (("name",), ("given_name", "family_name"), ("first_name", "last_name"), ("firstName", "lastName"))
_PHONES = ("phone_number", "phone")

TELLING = frozenset({"email", *_PHONES, *(key for keys in _NAMES for key in keys)})
"""What of a profile makes its words."""

Word = tuple[str, str]
"""What it is, and the word."""


def words_of(profile: Mapping[str, Any]) -> set[Word]:
    """Tell by which words a profile is found: its email address, its phone number, and its names from each part on."""
    found = {(EMAIL, sought(EMAIL, text)) for text in _texts(profile, ("email",))}
    found |= {(PHONE, sought(PHONE, text)) for text in _texts(profile, _PHONES)}
    for keys in _NAMES:
        parts = sought(NAME, " ".join(_texts(profile, keys))).split()[:_NAMES_MAX]
        found |= {(NAME, " ".join(parts[place:])) for place in range(len(parts))}
    return {(kind, word) for kind, word in found if word}


def sought(kind: str, text: str) -> str:
    """Write what somebody looks for as words are written: small letters, no double blanks, numbers without dashes."""
    if kind == PHONE:
        return _NOT_IN_PHONES.sub("", text)[:WORD_CHARACTERS_MAX]
    return " ".join(text.lower().split())[:WORD_CHARACTERS_MAX].replace("\0", "")


def _texts(profile: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        if isinstance(text := profile.get(key), str) and text:
            yield text
