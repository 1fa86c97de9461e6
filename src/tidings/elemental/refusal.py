"""msgspec's words about what does not fit, in ours."""

import re

from tidings.elemental.approved import NAME
from tidings.elemental.style import ALLOWED
from tidings.elemental.words import allowed_words
from tidings.errors import InvalidInput

_ALLOWED = {**ALLOWED, NAME: "a template's name at WhatsApp: lower case letters, digits and _"}
_AT = re.compile(r"(?s)(?P<what>.*?)(?: - at `(?P<where>.*)`)?\Z")


def refusal(message: str, path: str) -> InvalidInput:
    """Turn msgspec's words, `Expected … - at `$.elements[2].href``, into ours."""
    found = _AT.match(message)
    what, where = (found["what"], found["where"] or "$") if found else (message, "$")
    for pattern, allowed in _ALLOWED.items():
        if repr(pattern) in what:
            what = f"must be {allowed}"
    if what.startswith("Invalid enum value"):
        what += f"; known are {', '.join(allowed_words(where))}"
    if missing := re.match(r"Object missing required field `(\w+)`", what):
        return InvalidInput("is required", path=f"{path}{where[1:]}.{missing[1]}")
    if unknown := re.match(r"Object contains unknown field `([^`]+)`", what):
        return InvalidInput("is not a field here", path=f"{path}{where[1:]}.{unknown[1][:60]}")
    return InvalidInput(what.replace("`", ""), path=path + where[1:])
