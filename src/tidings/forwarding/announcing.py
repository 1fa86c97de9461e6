"""What becomes of a message, as Courier's outbound webhooks say it (courier-semantics.md §21)."""

from typing import Any

import msgspec

from tidings.data_logs import record
from tidings.effects import StatusNews

Json = dict[str, Any]

MESSAGE_UPDATED = "message:updated"


def announcement_of(news: StatusNews) -> Json:
    """Write the event: the message as `GET /messages/{id}` has it, as it stood when it came to the status.

    `messageId` names the event for us; it is not sent.
    """
    message = news.message
    later = {
        name: None
        for name in ("sent", "delivered", "opened", "clicked")
        if (at := getattr(message, name)) is not None and at > news.at
    }
    fault = {} if message.status is news.status else {"reason": None, "error": "", "outcome_unknown": False}
    stood = msgspec.structs.replace(message, status=news.status, updated=news.at, **later, **fault)
    data: Json = msgspec.to_builtins(record(stood, news.attempts))
    return {
        "type": MESSAGE_UPDATED,
        "messageId": f"{message.id}:{news.status.lower()}",
        "data": {**data, "recipientId": message.recipient},
    }
