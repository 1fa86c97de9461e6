"""ICU messages: `{count, plural, one {# item} other {# items}}`, with numbers, dates, choices and nesting."""

from collections.abc import Mapping
from typing import Any

from babel import Locale, dates, numbers

from tidings.rendering.printing import text_of
from tidings.rendering.words_of_time import moment_of

MESSAGE_MAX = 8_192
DEPTH_MAX = 8


class IcuError(ValueError):
    """The message is none."""


def said(message: str, values: Mapping[str, Any], locale: Locale) -> str:
    """Say a message in a language. Raises `IcuError`."""
    if len(message) > MESSAGE_MAX:
        raise IcuError(f"it has more than {MESSAGE_MAX} characters")
    speaker = _Speaker(message, values, locale)
    text = speaker.text(None, 0, shows=True)
    if speaker.at < len(message):
        raise IcuError("a bracket closes that was never opened")
    return text


class _Speaker:
    """Reads and says in one go; branches that are not taken are read and not said."""

    def __init__(self, message: str, values: Mapping[str, Any], locale: Locale) -> None:
        self._message = message
        self._values = values
        self._locale = locale
        self.at = 0

    def text(self, number: str | None, depth: int, *, shows: bool) -> str:
        if depth > DEPTH_MAX:
            raise IcuError(f"it nests deeper than {DEPTH_MAX}")
        out: list[str] = []
        message = self._message
        while self.at < len(message) and message[self.at] != "}":
            character = message[self.at]
            if character == "'":
                out.append(self._quoted())
            elif character == "{":
                self.at += 1
                out.append(self._argument(number, depth, shows=shows))
            else:
                out.append(number if character == "#" and number is not None else character)
                self.at += 1
        return "".join(out)

    def _quoted(self) -> str:
        """`''` is an apostrophe; `'{…}'` is shown as it is; any other apostrophe is one."""
        message, at = self._message, self.at
        if message[at : at + 2] == "''":
            self.at += 2
            return "'"
        if message[at + 1 : at + 2] in {"{", "}", "#"} and (end := message.find("'", at + 1)) > 0:
            self.at = end + 1
            return message[at + 1 : end]
        self.at += 1
        return "'"

    def _argument(self, number: str | None, depth: int, *, shows: bool) -> str:
        name = self._word()
        value = self._values.get(name)
        if self._take("}"):
            return text_of(value) if shows else ""
        self._need(",")
        kind = self._word()
        if self._take("}"):
            return self._formatted(kind, value, "") if shows else ""
        self._need(",")
        if kind not in {"plural", "select", "selectordinal"}:
            style = self._word(until="}")
            self._need("}")
            return self._formatted(kind, value, style) if shows else ""
        return self._chosen(kind, value, number, depth, shows=shows)

    def _chosen(self, kind: str, value: Any, number: str | None, depth: int, *, shows: bool) -> str:
        offset = 0
        keys = self._keys(kind, value, offset)
        found: dict[str, str] = {}
        while not self._take("}"):
            key = self._word(until="{}")
            if key.startswith("offset:"):
                head, _, key = key.partition(" ")
                offset = int(head[7:]) if head[7:].isdigit() else 0
                keys = self._keys(kind, value, offset)
                key = key.strip()
            self._need("{")
            counted = number if kind == "select" else self._counted(value, offset)
            said_here = self.text(counted, depth + 1, shows=shows and (key in keys or key == "other"))
            self._need("}")
            found[key] = said_here
        return next((found[key] for key in (*keys, "other") if key in found), "") if shows else ""

    def _keys(self, kind: str, value: Any, offset: int) -> tuple[str, ...]:
        if kind == "select":
            return (text_of(value),)
        counted = _number(value)
        if counted is None:
            return ()
        rules = self._locale.ordinal_form if kind == "selectordinal" else self._locale.plural_form
        return (f"={counted:g}", str(rules(counted - offset)))

    def _counted(self, value: Any, offset: int) -> str:
        counted = _number(value)
        return text_of(value) if counted is None else str(numbers.format_decimal(counted - offset, locale=self._locale))

    def _formatted(self, kind: str, value: Any, style: str) -> str:
        if kind == "number":
            counted = _number(value)
            if counted is None:
                return text_of(value)
            if style == "percent":
                return str(numbers.format_percent(counted, locale=self._locale))
            return str(numbers.format_decimal(int(counted) if style == "integer" else counted, locale=self._locale))
        at = moment_of(value)
        if at is None:
            return text_of(value)
        length: Any = style if style in {"short", "medium", "long", "full"} else "medium"
        if kind == "date":
            return str(dates.format_date(at, length, locale=self._locale))
        if kind == "time":
            return str(dates.format_time(at, length, locale=self._locale))
        raise IcuError(f"{kind[:20]!r} is no kind of argument")

    def _word(self, until: str = ",}") -> str:
        start = self.at
        while self.at < len(self._message) and self._message[self.at] not in until:
            self.at += 1
        return self._message[start : self.at].strip()

    def _take(self, character: str) -> bool:
        while self._message[self.at : self.at + 1].isspace():
            self.at += 1
        if self._message[self.at : self.at + 1] == character:
            self.at += 1
            return True
        return False

    def _need(self, character: str) -> None:
        if not self._take(character):
            raise IcuError(f"{character!r} is missing")


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e18 or value != value:  # noqa: PLR0124 (NaN)
        return None
    return int(value) if float(value).is_integer() else value
