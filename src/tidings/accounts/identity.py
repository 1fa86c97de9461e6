"""Who somebody is by the word of an identity provider, and why that may open nothing."""

from enum import StrEnum

import msgspec

from tidings.errors import NotAuthenticated


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom an identity provider knows. The address is verified, and as `email_of` writes it."""

    issuer: str
    subject: str
    """Names the person at this issuer, for ever; the address may change."""
    email: str
    name: str = ""


class Refusal(StrEnum):
    """Why somebody did not get in by the identity provider. Studio has the words for each."""

    UNREACHABLE = "unreachable"
    """The provider gave no usable answer."""
    REJECTED = "rejected"
    """The provider does not know us: the client's id, its secret or the address to come back to is wrong."""
    DENIED = "denied"
    """The provider sent the person back without letting them in."""
    STATE = "state"
    """It was begun in another browser, or too long ago."""
    TOKEN = "token"  # noqa: S105 a word, and no password
    """The id token is not for us, or not the issuer's."""
    CLOCK = "clock"
    """The id token is of another time than ours."""
    NO_EMAIL = "no_email"
    UNVERIFIED = "unverified"
    DOMAIN = "domain"
    NOT_INVITED = "not_invited"
    OTHER_IDENTITY = "other_identity"
    """The account with this address is another person's of the same issuer."""
    DISABLED = "disabled"
    AT_ONCE = "at_once"
    """Another newcomer joined with this address at the same moment."""
    FULL = "full"
    """The workspace has as many accounts as it can."""
    WAIT = "wait"
    """Too many tries came from this address."""


class SignInRefused(NotAuthenticated):
    """The identity provider's word does not open Studio. The message is for the log: it names nobody."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(detail or refusal.value)
        self.refusal = refusal
