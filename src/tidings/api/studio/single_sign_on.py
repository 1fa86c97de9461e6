"""Signing in by the word of the identity provider: the way out, the way back, and whose account it opens."""

import hmac

import msgspec
import structlog

from tidings.accounts import Account, Identity, Refusal, SignInRefused
from tidings.api.authentication import owned
from tidings.api.services import Services
from tidings.api.studio.identity_provider import Flow, IdentityProvider
from tidings.api.studio.sign_in import ADDRESS_FREE
from tidings.errors import ConfigurationError, Conflict, TooLarge
from tidings.ids import prefixed_id

FLOW_MS = 10 * 60_000
"""How long somebody may take at the provider."""
_CODE_CHARACTERS_MAX = 4096

log = structlog.get_logger(__name__)


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser brings back from the identity provider."""

    flow: str
    """Sealed, from the cookie."""
    state: str
    code: str
    error: str
    issuer: str | None
    address: str
    """From where it comes."""


class Came(msgspec.Struct, frozen=True):
    """Who is let in, and how they come to have their account."""

    account: Account
    how: str
    """`sign_in_with_oidc`; at the first time `bind_to_oidc`, and `join_with_oidc` for a newcomer."""
    to: str


async def come_back(services: Services, provider: IdentityProvider, back: Back) -> Came:
    """Check what came back, and find whose it is. Raises `SignInRefused`."""
    flow = _opened(services, back)
    subjects = [(f"address:{back.address}", ADDRESS_FREE)]
    if await services.tries.begin(subjects, now=services.clock.now_ms()):
        raise SignInRefused(Refusal.WAIT)
    if back.error or not back.code:
        raise SignInRefused(Refusal.DENIED, f"the issuer answered {_plain(back.error)}")
    if len(back.code) > _CODE_CHARACTERS_MAX:
        raise SignInRefused(Refusal.STATE, "the code is too long")
    identity = await provider.identify(back.code, flow, said_by=back.issuer)
    account, how = await _account_of(services, provider, identity)
    await services.tries.take_back([subject for subject, _ in subjects])
    await services.accounts.signed_in(account.id, now=services.clock.now_ms())
    return Came(account, how, flow.to)


def inside(path: str | None) -> str:
    """Give an address within Studio as it was asked for, and Studio's own for any other."""
    harmless = path is not None and path.startswith("/studio/") and len(path) <= 500 and path.isprintable()
    return path if path is not None and harmless and "\\" not in path else "/studio/"


def _opened(services: Services, back: Back) -> Flow:
    try:
        flow = msgspec.json.decode(services.secrets.open(back.flow[:4096].encode()), type=Flow)
    except (ConfigurationError, msgspec.DecodeError, UnicodeError):
        raise SignInRefused(Refusal.STATE, "the browser brings no cookie of a try that was begun here") from None
    if flow.expires <= services.clock.now_ms():
        raise SignInRefused(Refusal.STATE, "the try was begun too long ago")
    if not hmac.compare_digest(flow.state.encode(), back.state.encode()):
        raise SignInRefused(Refusal.STATE, "the answer belongs to another try")
    return flow


async def _account_of(services: Services, provider: IdentityProvider, identity: Identity) -> tuple[Account, str]:
    provider.settings.check_domain(identity)
    known = await services.accounts.identified(identity.issuer, identity.subject)
    if known is not None:
        return _enabled(known), "sign_in_with_oidc"
    found, how = await services.accounts.find(identity.email), "bind_to_oidc"
    if found is None:
        found, how = (await _joined(services, provider, identity), None), "join_with_oidc"
    account = _enabled(found[0])
    try:
        bound = await services.accounts.bind(account.id, identity.issuer, identity.subject)
    except Conflict:  # two browsers at once
        bound = False
    if not bound:
        raise SignInRefused(Refusal.OTHER_IDENTITY, "the account with this address has signed in as somebody else")
    return account, how


async def _joined(services: Services, provider: IdentityProvider, identity: Identity) -> Account:
    role = provider.settings.newcomers
    if role is None:
        raise SignInRefused(Refusal.NOT_INVITED, "there is no account with this address")
    now = services.clock.now_ms()
    account = Account(
        id=prefixed_id("acc", now),
        workspace_id=owned(services.grants.environments())[0].workspace_id,
        email=identity.email,
        name=identity.name,
        role=role,
        created=now,
    )
    try:
        return await services.accounts.add(account)
    except Conflict as error:
        raise SignInRefused(Refusal.AT_ONCE, str(error)) from error
    except TooLarge as error:
        raise SignInRefused(Refusal.FULL, str(error)) from error


def _enabled(account: Account) -> Account:
    if account.disabled is not None:
        raise SignInRefused(Refusal.DISABLED, "the account is disabled")
    return account


def _plain(error: str) -> str:
    return error[:60] if error.isascii() and error.isprintable() and error else "without a code"
