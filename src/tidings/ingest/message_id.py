"""A call's own id (segment.md §1.12)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from tidings.errors import TooLarge
from tidings.ingest.identity import number_text
from tidings.spec import MESSAGE_ID_LENGTH_MAX


def new_message_id() -> str:
    """Draw an id for a call that came without one; nothing is ever taken for its repetition."""
    return str(uuid4())


def message_id_of(value: Any) -> str:
    """Read a `messageId`; a number becomes text, anything else that is no text counts as absent.

    Raises `TooLarge`.
    """
    match value:
        case str():
            text = value
        case int() | float() | Decimal() if not isinstance(value, bool):
            text = number_text(value)
        case _:
            text = ""
    if len(text) > MESSAGE_ID_LENGTH_MAX:
        raise TooLarge(
            f"messageId has {len(text)} characters, {MESSAGE_ID_LENGTH_MAX} are allowed",
            path="messageId",
            code="message_id_too_long",
        )
    return text or new_message_id()
