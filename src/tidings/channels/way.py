"""A way to reach somebody: one channel, one provider, one address."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
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
    stands_in: bool = False
    """True for the outbox: it takes what nobody else can, and nothing that somebody else could deliver."""
    parked: bool = False
    """True while it is left alone: it took nothing of late, and others are asked instead."""
    repeatable_s: float = 0
    """For so long it knows a repeated message by its key (see `Unknown`)."""


class Way(msgspec.Struct, frozen=True):
    """One way to try: the address is the channel's own (an email address)."""

    channel: str
    provider: str
    config_id: str
    address: str

    @property
    def address_key(self) -> str:
        """The address by its digest alone: attempts carry it."""
        return _digest(self.address)

    @property
    def lane(self) -> str:
        """Whose places it takes: the account's."""
        return self.config_id or self.provider

    @property
    def key(self) -> str:
        """What tells this way from every other, without the address."""
        return f"{self.channel}/{self.provider}/{self.config_id}/{self.address_key}"


@lru_cache(maxsize=4096)
def _digest(address: str) -> str:
    return hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=12).hexdigest()


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
    handing: Callable[[], None] | None = None
    """Called when the service is about to hear of it; called again, it does no harm."""
    override: Mapping[str, Any] = {}
    """What the sender changes: `body`, `headers`, `url` and `method` of our request, `config` of the account."""
