"""One's own account: its name, its password and its second factor."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, patch, post, put
from litestar.params import JSONBody
from msgspec import Meta

from tidings.accounts import (
    Account,
    AccountChange,
    Role,
    StudioSession,
    check_password,
    email_of,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    setup_url,
    step_of,
)
from tidings.api.account_wire import NO_STORE, AccountAnswer, Asked, Code, Cookies, Email, Name, Password, shown
from tidings.api.authentication import SignedIn
from tidings.api.injected import Injected
from tidings.api.permission import READS
from tidings.api.services import Services
from tidings.api.studio.sign_in import confirm
from tidings.errors import Conflict, InvalidInput
from tidings.ids import prefixed_id

_ISSUER = "tidings"


class NewAccount(msgspec.Struct, kw_only=True):
    """The account of whoever came by the one-time link."""

    email: Email
    name: Name = ""
    password: Password


class AccountPatch(msgspec.Struct):
    """What is to change."""

    name: Name


class PasswordChange(msgspec.Struct):
    """The password that holds, and the one that shall."""

    current_password: Password
    password: Password


class Confirmation(msgspec.Struct):
    """The password, said again."""

    current_password: Password


class SecondFactorOffer(msgspec.Struct):
    """What an authenticator app is to learn; nothing is kept until a code proves that it did."""

    secret: str
    url: str
    """What the QR code says."""


class SecondFactorProof(msgspec.Struct, kw_only=True):
    """The secret that was offered, and a code that an app made of it."""

    current_password: Password
    secret: Annotated[str, Meta(pattern="^[A-Z2-7]{32}$")]
    code: Code


class RecoveryCodes(msgspec.Struct):
    """Codes for when the app is lost, each for once. They are shown now and never again."""

    recovery_codes: list[str]


class OwnAccountController(Controller):
    """The account of whoever is signed in to Studio."""

    path = "/account"
    tags = ("Account",)

    @get(summary="Read your account", response_headers=NO_STORE)
    async def read(self, session: SignedIn) -> AccountAnswer:
        """Answer 409 to whoever came by the one-time link, and has none."""
        return shown(_own(session))

    @post(status_code=201, summary="Make yourself an account")
    async def create(
        self, request: Asked, data: JSONBody[NewAccount], session: SignedIn, services: Injected, studio_cookies: Cookies
    ) -> Response[AccountAnswer]:
        """Give whoever came by the one-time link an account, as an administrator, and sign it in."""
        if session.account is not None:
            raise Conflict("you have an account; others are invited by POST /accounts")
        if not services.config.password_sign_in:
            raise Conflict("passwords are switched off here: invite yourself under Team, then sign in by that address")
        now, email = services.clock.now_ms(), email_of(data.email)
        check_password(data.password, email=email)
        account = Account(
            id=prefixed_id("acc", now),
            workspace_id=session.workspace_id,
            email=email,
            name=data.name.strip(),
            role=Role.ADMIN,
            created=now,
        )
        made = await services.accounts.add(account, password_hash=await services.proofs.hash(data.password))
        await services.accounts.signed_in(made.id, now=now)
        await services.studio_sessions.end("", session.id)
        cookie = await studio_cookies.open(request, made, workspace_id=made.workspace_id)
        return Response(shown(msgspec.structs.replace(made, signed_in=now)), cookies=[cookie], headers=NO_STORE)

    @patch(summary="Change your name")
    async def change(self, data: JSONBody[AccountPatch], session: SignedIn, services: Injected) -> AccountAnswer:
        """Change what others read; the address and the role are changed by an administrator."""
        account, now = _own(session), services.clock.now_ms()
        change = AccountChange(name=data.name.strip())
        return shown(await services.accounts.change(account.workspace_id, account.id, change, now=now))

    @put("/password", status_code=204, summary="Change your password")
    async def change_password(self, data: JSONBody[PasswordChange], session: SignedIn, services: Injected) -> None:
        """End all other sessions with it."""
        account = _own(session)
        check_password(data.password, email=account.email)
        await confirm(services, account, data.current_password)
        kept = await services.proofs.hash(data.password)
        await services.accounts.set_password(account.id, kept, keeping=session.id)

    @post("/second-factor", status_code=200, summary="Begin with a second factor", response_headers=NO_STORE, opt=READS)
    async def offer_second_factor(
        self, data: JSONBody[Confirmation], session: SignedIn, services: Injected
    ) -> SecondFactorOffer:
        """Answer a secret for an authenticator app; PUT it back with a code of the app to switch it on."""
        account = _own(session)
        await confirm(services, account, data.current_password)
        secret = new_secret()
        return SecondFactorOffer(secret, setup_url(secret, email=account.email, issuer=_ISSUER))

    @put("/second-factor", summary="Switch the second factor on", response_headers=NO_STORE)
    async def switch_second_factor_on(
        self, data: JSONBody[SecondFactorProof], session: SignedIn, services: Injected
    ) -> RecoveryCodes:
        """From now on signing in asks for a code. An older app and older recovery codes open nothing any more."""
        account = _own(session)
        await confirm(services, account, data.current_password)
        await _check_code(services, account, data)
        codes = new_recovery_codes()
        hashes = [recovery_hash(code) for code in codes]
        await services.accounts.set_second_factor(account.id, data.secret, hashes)
        await services.studio_sessions.end_all(account.id, keeping=session.id)
        return RecoveryCodes(codes)

    @post("/second-factor/remove", status_code=204, summary="Switch the second factor off")
    async def switch_second_factor_off(
        self, data: JSONBody[Confirmation], session: SignedIn, services: Injected
    ) -> None:
        """From now on the password alone signs in."""
        account = _own(session)
        await confirm(services, account, data.current_password)
        await services.accounts.set_second_factor(account.id, None)


async def _check_code(services: Services, account: Account, proof: SecondFactorProof) -> None:
    step = step_of(proof.secret, proof.code, now=services.clock.now_ms())
    if step is None:
        raise InvalidInput("this is no code of this secret, now: are the clocks right?", path="code")
    await services.accounts.use_step(account.id, step)


def _own(session: StudioSession) -> Account:
    if session.account is None:
        raise Conflict("you came by the one-time link, and have no account: POST /account makes one")
    return session.account
