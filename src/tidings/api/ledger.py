"""What was accepted, and where all of it is."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.params import QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.messages import moment
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.ledger import HOUR_MS, CallSide, MessageSide, Period, hour_of

_DEFAULT_HOURS = 24


class LedgerAnswer(msgspec.Struct):
    """The two equations of a period, from what was counted while it happened.

    `calls`: accepted = applied + dropped + pending. `messages`: made = sent + undeliverable + unknown + ended +
    pending.
    """

    start: str = msgspec.field(name="from")
    """The beginning of the period; later than asked for when counting began later."""
    end: str = msgspec.field(name="to")
    calls: CallSide
    messages: MessageSide
    balances: bool | None
    """Null when so much is pending that it was not counted to the end."""
    differences: tuple[str, ...]


class LedgerController(Controller):
    """Nothing is lost, and anyone may check."""

    path = "/ledger"
    tags = ("Ledger",)

    @get(summary="Read the ledger")
    async def read(
        self,
        *,
        grant: Grant,
        services: Injected,
        start: Annotated[
            str | None, QueryParameter(name="from", description="A whole hour: epoch ms or ISO-8601.")
        ] = None,
        end: Annotated[str | None, QueryParameter(name="to", description="As `from`; not part of the period.")] = None,
    ) -> LedgerAnswer:
        """Answer for whole hours, 31 days at most; for the last 24 when none are named."""
        this_hour = hour_of(services.clock.now_ms())
        last = _hour(end, "to", this_hour + 1)
        first = _hour(start, "from", last - _DEFAULT_HOURS)
        if first > last:
            raise InvalidInput("is not after `to`", path="from")
        period, account = await services.account(grant.environment_id, Period(first, last))
        return LedgerAnswer(
            start=iso(period.first_ms),
            end=iso(period.end_ms),
            calls=account.calls,
            messages=account.messages,
            balances=account.balances if account.is_complete or account.differences else None,
            differences=account.differences,
        )


def _hour(text: str | None, name: str, default: int) -> int:
    at = moment(text, path=name)
    if at is None:
        return default
    if at % HOUR_MS:
        raise InvalidInput("is a whole hour, as 2026-01-31T14:00:00Z", path=name)
    return at // HOUR_MS
