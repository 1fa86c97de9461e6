"""One thing to tell one recipient."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.messages.outcome import Outcome
from tidings.messages.status import Reason, Status


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Times are milliseconds since 1970, UTC."""

    environment_id: int
    id: str
    """Derived from the call that caused it, or the request id of its `/send`."""
    user_key: str
    """Whose it is: `u:` or `a:` and the id; empty for a recipient given by address alone."""
    recipient: str
    """What the log shows as recipient: the user id, else the address."""
    enqueued: int
    status: Status = Status.ENQUEUED
    reason: Reason | None = None
    error: str = ""
    outcome_unknown: bool = False
    """True when a provider may have taken it and nobody can know: it is not tried again."""
    event: str
    """The event id (`Segment-TrackEvent:…`), or what `/send` named: template id, alias, or empty."""
    template_id: str | None = None
    template_version: int | None = None
    request_id: str
    to: dict[str, Any]
    """The recipient as `/send` gave it, laid over the stored profile for this message alone."""
    data: dict[str, Any]
    content: dict[str, Any] | None = None
    """Inline content (Elemental or `{title, body}`), when `/send` gave no template."""
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    """The rest of the `/send` request: routing, channels, providers, metadata."""
    shared: bool = False
    """True when the request was to many: content and the rest are kept once, with the request, and `data` is only
    this recipient's own."""
    chain: tuple[str, ...] = ()
    """The templates whose messages led to this one, oldest first: see `tidings.messages.chain`."""
    channel: str | None = None
    provider: str | None = None
    sent: int | None = None
    delivered: int | None = None
    opened: int | None = None
    clicked: int | None = None
    updated: int = 0


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try at one provider, recorded before it starts and again when its outcome is known."""

    environment_id: int
    message_id: str
    number: int
    """1, 2, … within the message."""
    channel: str
    provider: str
    way: str = ""
    """The key of the way it tries; empty for attempts of older versions."""
    started: int
    finished: int | None = None
    outcome: Outcome | None = None
    """None while it runs, or when the worker died in the middle: then nobody knows whether it was sent."""

    @property
    def address_key(self) -> str:
        """The digest of the address it tries."""
        return self.way.rpartition("/")[2]

    @property
    def config_id(self) -> str:
        """The account it tries; empty for those that settings switch on."""
        return self.way.split("/")[2] if self.way.count("/") == 3 else ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What was rendered for one channel of one message (`GET /messages/{id}/output`)."""

    channel: str
    content: dict[str, Any]
    """Some of `html, text, subject, title, body, blocks`."""


def tags_of(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell by which tags a request is to be found (`metadata.tags`)."""
    metadata = options.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
    return tuple(dict.fromkeys(tag for tag in tags if isinstance(tag, str) and tag)) if isinstance(tags, list) else ()


def tenant_of(message: Message) -> str:
    """Tell in whose name it is sent; empty for nobody's. What the recipient says beats what the request says."""
    return tenant_in(message.to.get("context"), message.to, message.options.get("context"))


def tenant_in(*said_by: object) -> str:
    """Tell the first tenant that is named; empty for none."""
    for said in said_by:
        if isinstance(said, dict):
            named = said.get("tenant_id") or said.get("account_id")  # the second is what Courier called it once
            if isinstance(named, str):
                return named
    return ""
