"""A way to reach somebody: one channel, one provider, one address."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels.content import ChannelContent


class Available(msgspec.Struct, frozen=True):
    """A provider that can be used in an environment."""

    provider: str
    """Its key in the catalog: `smtp`, `outbox`."""
    config_id: str
    """The id of its stored configuration; empty for those that settings switch on."""
    channel: str


class Way(msgspec.Struct, frozen=True):
    """One way to try: the address is the channel's own (an email address)."""

    channel: str
    provider: str
    config_id: str
    address: str


class Dispatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider is handed."""

    environment_id: int
    message_id: str
    recipient: str
    """What the log shows as recipient; the address stands in the content."""
    channel: str
    content: ChannelContent
    at: int
    """When the message was enqueued (ms): the same at every attempt."""
    address: str = ""
    """The channel's own address, as the way has it; what is sent to several addresses is several dispatches."""
    override: Mapping[str, Any] = {}
    """What the sender changes in the provider's request: `body` and `headers`, laid over what we wrote."""
