"""Helpers that speak the recipient's language: `t`, and the family of `formatMessage` (courier-semantics.md §15)."""

from datetime import UTC
from typing import Any

from babel import Locale, UnknownLocaleError, dates, numbers

from tidings.rendering.called import Called, Vocabulary
from tidings.rendering.icu import IcuError, said
from tidings.rendering.words_of_time import moment, zone

_LENGTHS = ("short", "medium", "long", "full")


def locale_of(name: str) -> Locale:
    """Find a locale however it is spelled; English for what is none."""
    for spelled in (name, name.replace("-", "_").split("_")[0]):
        try:
            return Locale.parse(spelled.replace("-", "_"))
        except (ValueError, UnknownLocaleError, TypeError):
            continue
    return Locale("en")


def _locale(called: Called) -> Locale:
    named = called.named
    return locale_of(str(named.get("locale") or named.get("locales") or called.run.stage.locale))


def _translate(called: Called) -> str:
    """Look a message up; `{0}`, `{1}` and `{name}` in it are the arguments."""
    key = called.text()
    translate = called.run.stage.translate
    words = (translate(key) if translate else None) or key
    values = {str(at): value for at, value in enumerate(called.args[1:])} | called.named
    return _said(called, words, values) if values else words


def _message(called: Called) -> str:
    return _said(called, called.text(), called.named)


def _said(called: Called, message: str, values: dict[str, Any]) -> str:
    try:
        return said(message, values, _locale(called))
    except IcuError as error:
        raise called.wrong(f"cannot read its message: {error}") from None


def _number(called: Called) -> str:
    number, named = called.number(), called.named
    style = str(named.get("style") or (called.text(1) if len(called.args) > 1 else "") or "decimal")
    locale = _locale(called)
    if style == "currency" or named.get("currency"):
        currency = str(named.get("currency") or called.text(2) or "USD").upper()
        if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
            raise called.wrong("takes a currency of three letters")
        return str(numbers.format_currency(number, currency, locale=locale))
    if style == "percent":
        return str(numbers.format_percent(number, locale=locale))
    if style == "compact":
        return str(numbers.format_compact_decimal(number, locale=locale))
    return str(numbers.format_decimal(number, locale=locale))


def _currency(called: Called) -> str:
    called.named.setdefault("currency", called.text(1) or "USD")
    return _number(called)


def _date(called: Called) -> str:
    return str(dates.format_date(_there(called), _length(called), locale=_locale(called)))


def _time(called: Called) -> str:
    at = _there(called)
    return str(dates.format_time(at, _length(called, "short"), tzinfo=at.tzinfo, locale=_locale(called)))


def _datetime(called: Called) -> str:
    at = _there(called)
    return str(dates.format_datetime(at, _length(called), tzinfo=at.tzinfo, locale=_locale(called)))


def _there(called: Called) -> Any:
    """Give the moment where the recipient lives, unless `timeZone` says where."""
    name = str(called.named.get("timeZone") or called.run.stage.timezone)
    return moment(called).astimezone(zone(name) or UTC)


def _length(called: Called, default: str = "medium") -> Any:
    wanted = str(called.named.get("format") or called.text(1) or default)
    return wanted if wanted in _LENGTHS else default


def _plural(called: Called) -> str:
    """`{{plural count "one item" "# items"}}`: by the rules of English; other languages want `formatMessage`."""
    number = called.number()
    words = called.text(1) if number == 1 else called.text(2)
    return words.replace("#", str(numbers.format_decimal(number, locale=_locale(called))))


LANGUAGE: Vocabulary = {
    "t": _translate,
    "translate": _translate,
    "formatMessage": _message,
    "formatNumber": _number,
    "formatCurrency": _currency,
    "formatDate": _date,
    "formatTime": _time,
    "formatDateTime": _datetime,
    "plural": _plural,
}
