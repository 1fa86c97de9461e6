"""What a service's answer means, in a word. Each provider has one table from its answers to these words."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from tidings.messages import Outcome, Reason, RetryLater, Undeliverable, Unknown

QUOTED_MAX = 240
"""Characters of a service's own words that are kept."""


class Verdict(StrEnum):
    """What one answer means."""

    GONE = "gone"
    """The address is dead for good: it is closed, and nothing goes there any more."""
    BOUNCED = "bounced"
    """The address cannot be reached now, by anybody."""
    UNSUBSCRIBED = "unsubscribed"
    """The recipient told the service to be left alone: the address is closed, too."""
    REFUSED = "refused"
    """The service will not take this message."""
    ACCOUNT = "account"
    """The service takes no message of this account until a person acts: a wrong key, no money, no permission."""
    LATER = "later"
    """Nothing was sent; it may be later."""
    UNSURE = "unsure"
    """It may have been sent."""


_REASONS = {
    Verdict.GONE: Reason.BOUNCED,
    Verdict.BOUNCED: Reason.BOUNCED,
    Verdict.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Verdict.REFUSED: Reason.PROVIDER_ERROR,
    Verdict.ACCOUNT: Reason.PROVIDER_ERROR,
}

_FOR_GOOD = frozenset({Verdict.GONE, Verdict.UNSUBSCRIBED})

BY_STATUS: Mapping[int, Verdict] = {
    401: Verdict.ACCOUNT,
    402: Verdict.ACCOUNT,
    403: Verdict.ACCOUNT,
    407: Verdict.ACCOUNT,
    408: Verdict.LATER,
    421: Verdict.LATER,
    425: Verdict.LATER,
    429: Verdict.LATER,
    504: Verdict.UNSURE,
    522: Verdict.LATER,
    524: Verdict.UNSURE,
}
"""What a status means where the provider's own table says nothing (ADR 0035)."""


def by_status(status: int) -> Verdict:
    """Judge an answer by its status alone."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status < 300:
        return Verdict.UNSURE  # it agreed, in words that nobody can read
    if status < 400:
        return Verdict.ACCOUNT
    return Verdict.REFUSED if status < 500 else Verdict.LATER


def outcome_of(verdict: Verdict, detail: str, *, after_s: float | None = None) -> Outcome:
    """Turn a verdict into an outcome."""
    match verdict:
        case Verdict.LATER:
            return RetryLater(detail, after_s)
        case Verdict.UNSURE:
            return Unknown(detail)
        case _:
            return Undeliverable(_REASONS[verdict], detail, for_good=verdict in _FOR_GOOD)


_EMAIL = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+")
_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_TOKEN = re.compile(r"[A-Za-z0-9_\-:.%]{24,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def quoted(text: str, private: Iterable[str] = ()) -> str:
    """Repeat a service's words without addresses, numbers and keys, on one line, cut to a length.

    `private` are words that must not be told whatever they look like: the address, the secrets of the settings.
    """
    text = text[: 8 * QUOTED_MAX]
    for word in private:
        if len(word) >= 4:
            text = text.replace(word, "…")
    for pattern in (_EMAIL, _NUMBER, _TOKEN):
        text = pattern.sub("…", text)
    return _CONTROL.sub(" ", text).strip()[:QUOTED_MAX]
