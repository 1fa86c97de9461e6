"""What providers were asked for one message, written again to be looked at. No secret is in it."""

import msgspec


class WrittenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    """As it goes over the wire; cut after 100 000 characters."""
    bytes: int
    """How long the whole body is, without what is in attached files."""
    cut: bool = False
    sends: bool = True
    """False for a look-up before the request that sends, such as for the channel of a person."""


class WrittenMail(msgspec.Struct, frozen=True, kw_only=True):
    """What an SMTP server is told."""

    server: str
    """Host and port."""
    mail_from: str
    rcpt_to: tuple[str, ...]
    message: str
    """The source of the mail; cut after 100 000 characters."""
    bytes: int
    cut: bool = False


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What one attempt asks its provider."""

    requests: tuple[WrittenRequest, ...] = ()
    """In order; the last one sends."""
    mail: WrittenMail | None = None
    """In the place of requests, for SMTP."""
    left_out: tuple[str, ...] = ()
    """Attached files: their name and size. What is in them is not shown."""
    why: str = ""
    """Why there is nothing to show; empty when there is something."""
    settings_changed: int | None = None
    """When the account's settings were changed last (ms)."""


class AttemptRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of a message, and what was asked."""

    number: int
    channel: str
    provider: str
    provider_id: str
    """The account; empty for one that settings of the installation switch on."""
    started: int
    requests: tuple[WrittenRequest, ...] = ()
    mail: WrittenMail | None = None
    left_out: tuple[str, ...] = ()
    why: str = ""
    """Why there is nothing to show; empty when there is something."""
    notes: tuple[str, ...] = ()
    """In which ways it may differ from what went out then."""


class MessageRequests(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of providers for one message."""

    results: tuple[AttemptRequest, ...] = ()
    """In the order of the attempts."""
    why: str = ""
    """Why there was no attempt; empty when there was one."""
