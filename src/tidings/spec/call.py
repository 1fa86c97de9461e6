"""One call as the libraries send it: what needs no mending."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with a zone; one without is not refused but mended."""


class Call(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True, gc=False):
    """A call in the words and types of the Spec (segment.md §1.7, §1.8).

    Strict on purpose: it knows the common shapes alone, and whatever it refuses is read again with patience. Its
    objects are decoded to the last value, so that what it takes holds no number or text that cannot be read later.
    """

    type: str = ""
    message_id: str | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    group_id: str | None = None
    previous_id: str | None = None
    timestamp: Moment | None = None
    original_timestamp: Moment | None = None
    sent_at: Moment | None = None
    write_key: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None
    channel: str | None = None
    metadata: Any = msgspec.field(default=None, name="_metadata")
