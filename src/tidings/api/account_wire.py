"""Accounts and sessions on the wire. Times are ISO 8601."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Meta

from tidings.accounts import PASSWORD_CHARACTERS_MAX, Account, Role, StudioSession
from tidings.api.studio.session import StudioCookies
from tidings.clock import iso

Asked = Request[Any, Any, Any]
Cookies = NamedDependency[SkipValidation[StudioCookies]]
Name = Annotated[str, Meta(max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=254, description="In lower case it names the account.")]
Password = Annotated[str, Meta(max_length=PASSWORD_CHARACTERS_MAX, description="12 characters or more.")]
Code = Annotated[str, Meta(max_length=40, description="Of the authenticator app, or a recovery code.")]
Token = Annotated[str, Meta(max_length=100, description="What the link has after the `#`.")]

NO_STORE = {"Cache-Control": "no-store"}


class AccountAnswer(msgspec.Struct, kw_only=True):
    """An account, without anything that it proves itself with."""

    id: str
    email: str
    name: str
    role: Role
    created: str
    disabled: str | None
    """Since when it may not sign in."""
    invited: bool
    """Nobody has taken up the invitation yet."""
    has_password: bool
    has_identity: bool
    """Whether it signs in by the identity provider, too or alone."""
    second_factor: bool
    signed_in: str | None
    """When last."""


class SessionAnswer(msgspec.Struct, kw_only=True):
    """A browser that is signed in."""

    id: str
    created: str
    seen: str
    """When it was last used, to the hour."""
    expires: str
    address: str
    """From where it was opened, shortened to the neighbourhood."""
    agent: str
    """The browser, as it names itself."""
    current: bool
    """Whether it is the one that asks."""


class LinkAnswer(msgspec.Struct, kw_only=True):
    """A link with which somebody sets an account's password, once. It is shown now and never again."""

    url: str
    expires: str
    mailed: bool = False
    """Whether a mail server took it, on its way to the account's address."""
    not_mailed: str = ""
    """Why it was not sent by mail, where that was asked for."""


def shown(account: Account) -> AccountAnswer:
    """Put an account on the wire."""
    return AccountAnswer(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        created=iso(account.created),
        disabled=None if account.disabled is None else iso(account.disabled),
        invited=not (account.has_password or account.has_identity),
        has_password=account.has_password,
        has_identity=account.has_identity,
        second_factor=account.has_second_factor,
        signed_in=None if account.signed_in is None else iso(account.signed_in),
    )


def shown_session(session: StudioSession, *, current: str) -> SessionAnswer:
    """Put a session on the wire; `current` is the id of the one that asks."""
    return SessionAnswer(
        id=session.id,
        created=iso(session.created),
        seen=iso(session.seen),
        expires=iso(session.expires),
        address=session.address,
        agent=session.agent,
        current=session.id == current,
    )
