"""The helpers that templates may call: Handlebars' own and Courier's (courier-semantics.md §15)."""

from typing import Any

import msgspec

from tidings.elemental.path import parse_path
from tidings.rendering.called import Called, Vocabulary
from tidings.rendering.lookup import from_root, step
from tidings.rendering.words_of_language import LANGUAGE
from tidings.rendering.words_of_logic import DECIDES
from tidings.rendering.words_of_number import NUMBER
from tidings.rendering.words_of_text import TEXT
from tidings.rendering.words_of_time import TIME

_KEPT = ("brand", "data", "event", "profile", "recipient", "urls")
"""Names that `set` may not begin with."""
_JSON_MAX = 64 * 1024


def _path(called: Called) -> Any:
    parts = parse_path(called.text())
    if parts is None:
        return None
    scope = called.scope
    if parts[0] == "$":
        return from_root(parts[1:])(called.run, scope)
    # In a block, its own names come first.
    value: Any = step(scope.value, parts[0])
    if value is None:
        return from_root(parts)(called.run, scope)
    for part in parts[1:]:
        value = step(value, part)
    return value


def _lookup(called: Called) -> Any:
    """Handlebars.js hands back what it cannot look into when that is 0, false or nothing."""
    of = called.value()
    return step(of, called.text(1)) if of or isinstance(of, dict | list) else of


def _var(called: Called) -> Any:
    """Courier prints the path itself, in braces, where nothing is found."""
    value = _path(called)
    return "{" + called.text() + "}" if value is None else value


def _set(called: Called) -> None:
    """Give a name to a value, for the rest of the message."""
    name = called.text()
    if name.startswith(_KEPT) or not name or len(name) > 100:
        raise called.wrong(f"cannot set names that begin with {', '.join(_KEPT)}")
    called.run.root[name] = called.value(1)


def _json(called: Called) -> Any:
    text = called.text()
    try:
        return msgspec.json.decode(text) if len(text) <= _JSON_MAX else None
    except (msgspec.DecodeError, RecursionError):
        raise called.wrong("takes JSON") from None


VOCABULARY: Vocabulary = {
    "lookup": _lookup,
    # Handlebars' own prints to the console; a console here is a log, and logs hold no personal data.
    "log": lambda _: None,
    "default": lambda called: next((value for value in called.args if value is not None), None),
    "path": _path,
    "var": _var,
    "set": _set,
    "json-parse": _json,
    **DECIDES,
    **TEXT,
    **NUMBER,
    **TIME,
    **LANGUAGE,
}
