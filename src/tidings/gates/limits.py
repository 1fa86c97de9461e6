"""How much may go, to whom: which counters a message adds to, and what it means to exceed one."""

from tidings.gates.verdict import No
from tidings.messages import Message, Status
from tidings.sending_rules import Limit, SendingRules, window_of


def counts_of(message: Message, topic_id: str | None, rules: SendingRules, *, now: int) -> list[tuple[Limit, str, int]]:
    """Name each limit that the message counts for, for whom, and the period's first millisecond.

    An address without a user counts for the workspace alone; a message without a topic for no topic.
    """
    found: list[tuple[Limit, str, int]] = []
    for limit in rules.limits:
        whose: str | None = {
            "workspace": "",
            "user": message.user_key or None,
            "topic": f"{message.user_key}\n{topic_id}" if message.user_key and topic_id else None,
        }[limit.scope]
        if whose is not None:
            found.append((limit, whose, window_of(limit.period, now)))
    return found


def throttled(limit_id: str, rules: SendingRules, topic_id: str | None) -> No:
    """Say what was exceeded: whose limit, how many, in which period. Courier has no word for it among its reasons."""
    most = next((limit.max for limit in rules.limits if limit.id == limit_id), 0)
    scope, _, period = limit_id.partition(":")
    of = {
        "workspace": "all messages",
        "user": "the user's messages",
        "topic": f"the user's messages of topic {topic_id}",
    }
    why = f"more than {most} of {of.get(scope, 'the messages')} in one {period}"
    fields = {"reason": why, "limit": limit_id, "scope": scope, "period": period, "max": most}
    return No(Status.THROTTLED, None, why, fields | ({"topic_id": topic_id} if scope == "topic" else {}))
