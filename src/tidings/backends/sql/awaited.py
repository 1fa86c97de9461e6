"""What a receipt changes of a message that has not ended: one that waits for news before the next channel is asked."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.backends.sql.queue_statements import key_parameters
from tidings.backends.sql.rows import outcome_bytes
from tidings.messages import Attempt, Reason, Receipt, Sent, Status, Undeliverable


def returned_of(tried: list[Attempt], receipt: Receipt, channel: str, provider: str) -> list[Attempt]:
    """Find the attempt that a receipt tells has failed after all, and close it so in `tried`; empty for all else.

    A receipt names no address. Where several were asked by the same provider, nobody knows which failed.
    """
    if receipt.status is not Status.UNDELIVERABLE:
        return []
    taken = [
        (place, made)
        for place, made in enumerate(tried)
        if isinstance(made.outcome, Sent) and (made.channel, made.provider) == (channel, provider)
    ]
    if len(taken) != 1:
        return []
    ((place, made),) = taken
    failed = Undeliverable(receipt.reason or Reason.FAILED, receipt.detail)
    tried[place] = msgspec.structs.replace(made, outcome=failed)
    return [tried[place]]


def returned_parameters(attempt: Attempt, owner: str) -> dict[str, Any]:
    """Name what `CLOSE` writes."""
    key = key_parameters((attempt.environment_id, owner, attempt.message_id))
    return {**key, "n": attempt.number, "at": attempt.finished, "what": outcome_bytes(attempt.outcome)}


def only_news_is_awaited(tried: Sequence[Attempt]) -> bool:
    """Tell whether all answers are there, and definite: whoever asked to come back later is not asked sooner."""
    return bool(tried) and all(isinstance(made.outcome, Sent | Undeliverable) for made in tried)
