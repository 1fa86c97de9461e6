"""Helpers for text (courier-semantics.md §15)."""

import re
from typing import Any

from tidings.rendering.called import Called, Vocabulary
from tidings.rendering.printing import text_of

_SPEC = re.compile(r"%(?P<flags>[-+ 0#]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?P<kind>[sdifeEgGxXoc%])")
_WIDTH_MAX = 200


def _capitalize(called: Called) -> str:
    text = called.text()
    return text[:1].upper() + text[1:]


def _truncate(called: Called) -> str:
    text, length = called.text(), int(called.number(1))
    return text if len(text) <= length else text[: max(0, length)] + called.text(2)


def _format(called: Called) -> str:
    values = iter(called.args[1:])

    def printed(found: re.Match[str]) -> str:
        if found["kind"] == "%":
            return "%"
        width, precision = int(found["width"] or 0), found["precision"]
        if width > _WIDTH_MAX or int(precision or 0) > _WIDTH_MAX:
            raise called.wrong(f"pads to {_WIDTH_MAX} characters at most")
        value = next(values, None)
        spec = "%" + found["flags"] + found["width"] + ("" if precision is None else "." + precision)
        if found["kind"] in "sc":
            return str((spec + "s") % text_of(value))
        return str((spec + found["kind"]) % _number(called, value, found["kind"]))

    return _SPEC.sub(printed, called.text())


def _number(called: Called, value: Any, kind: str) -> float:
    number = Called(called.name, [value], {}, called.run, called.scope).number()
    return int(number) if kind in "dixXo" else number


TEXT: Vocabulary = {
    "concat": lambda called: "".join(text_of(value) for value in called.args),
    "capitalize": _capitalize,
    "trim": lambda called: called.text().strip(),
    "trim-left": lambda called: called.text().lstrip(),
    "trim-right": lambda called: called.text().rstrip(),
    "trim-one-char-right": lambda called: called.text()[:-1],
    "truncate": _truncate,
    "format": _format,
}
