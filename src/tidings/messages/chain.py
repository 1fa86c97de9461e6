"""What a message came of, when it came of other messages: so that news of messages cannot go round in circles.

A call that tells of a message carries the templates behind it, oldest first. A message that such a call causes has
them as its own `chain`, and the next call carries one more.
"""

from collections.abc import Mapping
from typing import Any

from tidings.messages.message import Message

CHAIN_MAX = 3
"""A call with so many templates behind it causes no further message."""
MARK = "courier"
"""The member of a call's `context` that carries the chain, and the id of the message that the call tells of."""
_TEMPLATE_LENGTH_MAX = 300


def marked(message: Message) -> dict[str, Any]:
    """Write the mark of a call that tells of this message."""
    return {"message_id": message.id, "chain": [*message.chain, message.template_id or ""]}


def chain_of(context: Any) -> tuple[str, ...]:
    """Read the templates behind a call; empty for a call that tells of no message. What is odd counts as one."""
    mark = context.get(MARK) if isinstance(context, Mapping) else None
    chain = mark.get("chain") if isinstance(mark, Mapping) else None
    if not isinstance(chain, list):
        return ()
    return tuple(each[:_TEMPLATE_LENGTH_MAX] if isinstance(each, str) else "" for each in chain[:CHAIN_MAX])


def circle(chain: tuple[str, ...], template_id: str) -> str:
    """Say why a call with this chain must not cause a message of this template; empty when it may."""
    if template_id in chain:
        return f"it tells of a message that template {template_id} caused"
    if len(chain) >= CHAIN_MAX:
        return f"{CHAIN_MAX} messages caused each other before it"
    return ""
