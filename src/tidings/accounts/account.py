"""An account: somebody who signs in to Studio."""

import msgspec
from email_validator import EmailNotValidError, validate_email

from tidings.accounts.role import Role
from tidings.errors import InvalidInput

LINK_MS = 7 * 24 * 3_600_000
"""How long a link that sets a password is good for."""
_EMAIL_CHARACTERS_MAX = 254  # RFC 5321


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a workspace's team, as it may be shown. Times are milliseconds since 1970."""

    id: str
    workspace_id: int
    email: str
    """As `email_of` writes it; no two accounts share one."""
    name: str = ""
    role: Role
    created: int
    disabled: int | None = None
    """Since when it opens nothing; None while it may sign in."""
    has_password: bool = False
    """False until the invitation is accepted, and for whoever comes by the identity provider alone."""
    has_second_factor: bool = False
    has_identity: bool = False
    """Whether it has signed in with the identity provider, and is that person's from then on."""
    signed_in: int | None = None
    """When last."""


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change about an account; None leaves it."""

    name: str | None = None
    role: Role | None = None
    disabled: bool | None = None


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What an account proves itself with."""

    password_hash: str | None = None
    second_factor: str | None = None
    """The secret of the authenticator app, in base 32; None when there is none."""

    def __repr__(self) -> str:
        """Show nothing: a repr ends up in logs."""
        return "Credentials(…)"


def email_of(text: str) -> str:
    """Write an address so that the same mailbox is the same text: in lower case. Raises `InvalidInput`.

    Some mail servers tell `Ann` from `ann` before the `@`; nobody gives both to two people.
    """
    if len(text) > _EMAIL_CHARACTERS_MAX:
        raise InvalidInput(f"an email address has {_EMAIL_CHARACTERS_MAX} characters at most", path="email")
    try:
        # A reserved domain is fine here: `ann@example.test` signs in, whether mail reaches it or not.
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInput("this is no email address", path="email") from None
    return found.normalized.lower()
