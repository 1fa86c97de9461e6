"""What every kind of destination is: settings to fill in, a call as a request, and an answer as an outcome."""

import email.utils
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

import msgspec

from tidings.destinations.http import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.outcome import Delivered, Outcome, Refused, RetryLater
from tidings.destinations.patience import FOUR_HOURS, Patience

Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=r"\S", extra={"secret": True})]
"""A setting that nobody is shown again; blanks alone are none."""

Json = dict[str, Any]

_FINAL_FAILURES = frozenset({501, 505, 511})
"""Of 500 and more, those that say what another try would say: never (Segment's partners answer 501 for a type)."""
_PATIENCE = frozenset({408, 425, 429})
RETRY_AFTER_MAX_S = 4 * 3600.0
_DETAIL_LENGTH = 300


class DestinationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person fills in. A field's `description` is shown beside it."""

    def __repr__(self) -> str:
        """Show no settings: a repr ends up in logs."""
        return f"{type(self).__name__}(…)"


S = TypeVar("S", bound=DestinationSettings)


class Kind(ABC, Generic[S]):
    """One kind of destination. Pure: it says what to send and reads what came back."""

    key: ClassVar[str]
    name: ClassVar[str]
    """As the catalogue shows it."""
    integration: ClassVar[str]
    """Its name in a call's `integrations` object, case-sensitive."""
    description: ClassVar[str]
    types: ClassVar[frozenset[str]] = frozenset({"identify", "track", "page", "screen", "group", "alias"})
    """The calls it takes."""
    reads: ClassVar[Literal["calls", "messages"]] = "calls"
    """What it is told of: the calls of sources, or what becomes of messages."""
    partner_owned: ClassVar[str] = ""
    """Who looks after the service behind it, if that is not us."""
    settings: ClassVar[type[DestinationSettings]] = DestinationSettings
    patience: ClassVar[Patience] = FOUR_HOURS
    no_erasure: ClassVar[str] = "there is no way to ask this kind for it"
    """What a receipt says when `erasure` gives None."""

    @abstractmethod
    def request(self, call: Json, settings: S) -> HttpRequest:
        """Say what to send for a call."""

    def erasure(self, call: Json, settings: S) -> HttpRequest | None:  # noqa: ARG002 as below
        """Say how to ask that a user be deleted, by a call of type `delete`; None when there is no way."""
        return None

    def sealed(self, request: HttpRequest, settings: S, *, now: int) -> HttpRequest:  # noqa: ARG002 as below
        """Add what proves when it was sent; most kinds add nothing. `now` is in milliseconds."""
        return request

    def probe(self, settings: S) -> HttpRequest | None:  # noqa: ARG002 most kinds have nothing to ask
        """Say how to try the settings without sending a call; None when there is no way."""
        return None

    def is_ordered(self, settings: S) -> bool:  # noqa: ARG002 as above
        """Tell whether a user's calls must arrive in their order."""
        return False

    def outcome(self, answer: HttpAnswer | HttpFault) -> Outcome:
        """Read an answer."""
        match answer:
            case HttpFault(code=code, detail=detail, is_final=is_final):
                return Refused(code, detail) if is_final else RetryLater(code, detail)
            case HttpAnswer(status=status) if 200 <= status < 300:
                return Delivered(status)
            case HttpAnswer(status=status) if is_retryable(status):
                return RetryLater(str(status), said(answer), retry_after_s(answer.headers))
            case HttpAnswer(status=status):
                return Refused(str(status), said(answer))

    def erased(self, answer: HttpAnswer | HttpFault) -> Outcome:
        """Read an answer to `erasure`."""
        return self.outcome(answer)


def is_retryable(status: int) -> bool:
    """Tell whether another try may go through: it was too early or too much, or was not the destination's doing."""
    return status in _PATIENCE or (status >= 500 and status not in _FINAL_FAILURES)


def said(answer: HttpAnswer) -> str:
    """Give what a service said about a refusal: its `message`, or the beginning of what it wrote."""
    try:
        decoded = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        decoded = None
    if isinstance(decoded, dict):
        for key in ("message", "error", "detail"):
            if isinstance(decoded.get(key), str):
                return str(decoded[key])[:_DETAIL_LENGTH]
    return answer.body[: _DETAIL_LENGTH * 4].decode(errors="replace")[:_DETAIL_LENGTH]


def retry_after_s(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Read `Retry-After`, in seconds or as a date; None when it says nothing usable. Four hours at most."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), RETRY_AFTER_MAX_S)
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    seconds = (at - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), RETRY_AFTER_MAX_S)
