"""What came of handing a call to a destination."""

import msgspec


class Delivered(msgspec.Struct, frozen=True, tag="delivered"):
    """The destination has it."""

    status: int


class RetryLater(msgspec.Struct, frozen=True, tag="retry_later"):
    """Not now. It may have arrived all the same: the call's `messageId` lets the other side see that it came twice."""

    reason: str
    """A status, or a code of `HttpFault`."""
    detail: str = ""
    after_s: float | None = None
    """What the service asked for."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Never: another try would be answered alike."""

    reason: str
    detail: str = ""


Outcome = Delivered | RetryLater | Refused
