"""Signing in and out, and where one is signed in."""

import secrets

import msgspec
import structlog
from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from tidings.accounts import LINK_MS, Account, check_password, email_of
from tidings.api.account_wire import (
    NO_STORE,
    AccountAnswer,
    Asked,
    Code,
    Cookies,
    Email,
    LinkAnswer,
    Name,
    Password,
    SessionAnswer,
    Token,
    shown,
    shown_session,
)
from tidings.api.authentication import SignedIn, header_guard
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.permission import READS
from tidings.api.services import Services
from tidings.api.studio.post import FORGOTTEN, INVITATION, NEW_PASSWORD, WELCOME
from tidings.api.studio.sign_in import Proof, check_may_ask, check_passwords_open, prove
from tidings.clock import iso
from tidings.errors import Conflict, NotFound

log = structlog.get_logger(__name__)

FORGOTTEN_LINK_MS = 3_600_000
"""How long a link is good for that somebody had sent who was not signed in."""
_SPENT = "This link has been used, or is too old: ask for a new one."


class SignInBody(msgspec.Struct, kw_only=True):
    """Who one is, and the proof."""

    email: Email
    password: Password
    code: Code = ""

    def __repr__(self) -> str:
        """Show nothing: a repr ends up in logs."""
        return "SignInBody(…)"


class SignInAnswer(msgspec.Struct, kw_only=True):
    """Who is signed in now; or that a code is needed."""

    code_required: bool
    """The password was right; send it again with `code`."""
    account: AccountAnswer | None = None


class Door(msgspec.Struct, kw_only=True):
    """Ways to sign in here."""

    password: bool
    """Whether a password does."""
    forgotten: bool
    """Whether a link for a new password can be sent by mail."""
    identity_provider: str | None
    """What people call it; `/studio/oidc/start` leads there. None where there is none."""


class Forgotten(msgspec.Struct):
    """Whose password it is."""

    email: Email


class LinkBody(msgspec.Struct):
    """A link's token."""

    token: Token


class Acceptance(msgspec.Struct, kw_only=True):
    """A link's token, and the password to set."""

    token: Token
    password: Password
    name: Name = ""


class LinkedAnswer(msgspec.Struct, kw_only=True):
    """Whose password a link sets."""

    email: str
    name: str
    invited: bool
    """Whether it is the first one."""


class SignInController(Controller):
    """Ways in, for whoever is not signed in. No API key and no session, but the header `Tidings-Environment`."""

    path = "/account"
    tags = ("Account",)
    guards = (header_guard,)
    security = ({},)

    @get("/sign-in", summary="Tell how one signs in")
    async def door(self, services: Injected) -> Door:
        """Answer the ways in that the settings leave open."""
        provider = services.identity_provider
        password = services.config.password_sign_in
        return Door(
            password=password,
            forgotten=password and not services.post.lack,
            identity_provider=provider.settings.name if provider else None,
        )

    @post("/sign-in", status_code=200, summary="Sign in")
    async def sign_in(
        self, request: Asked, data: JSONBody[SignInBody], services: Injected, studio_cookies: Cookies
    ) -> Response[SignInAnswer]:
        """Sign in to Studio: the answer sets a cookie, which scripts cannot read.

        401 says the same of an unknown address and a wrong password. After some wrong tries each next one has to wait,
        twice as long as the one before; 429 says until when.
        """
        check_passwords_open(services)
        proof = Proof(email=data.email, password=data.password, code=data.code)
        account = await prove(services, proof, address=studio_cookies.address_of(request))
        if account is None:
            return Response(SignInAnswer(code_required=True), headers=NO_STORE)
        return await _signed_in(account, request, studio_cookies)

    @post(
        "/links/check", status_code=200, summary="See whose password a link sets", response_headers=NO_STORE, opt=READS
    )
    async def check_link(self, data: JSONBody[LinkBody], services: Injected) -> LinkedAnswer:
        """Answer 404 when the link was used, or is too old."""
        account = await services.accounts.linked(data.token, now=services.clock.now_ms())
        if account is None:
            raise NotFound(_SPENT)
        return LinkedAnswer(email=account.email, name=account.name, invited=not account.has_password)

    @post("/forgotten", status_code=204, summary="Have a link for a new password sent")
    async def forgotten(
        self, request: Asked, data: JSONBody[Forgotten], services: Injected, studio_cookies: Cookies
    ) -> None:
        """Send a link, good for an hour and once, to an account that has a password.

        The answer is the same, and comes as fast, whether there is one. 409 where no mail can be sent.
        """
        check_passwords_open(services)
        if services.post.lack:
            raise Conflict(f"No mail can be sent from here: {services.post.lack}. Ask an administrator for a link.")
        email = email_of(data.email)
        await check_may_ask(services, email, address=studio_cookies.address_of(request))
        services.post.send_later(lambda: _send_forgotten(services, email))

    @post("/links/accept", status_code=200, summary="Set a password with a link")
    async def accept_link(
        self, request: Asked, data: JSONBody[Acceptance], services: Injected, studio_cookies: Cookies
    ) -> Response[SignInAnswer]:
        """Set the password, end the account's sessions, and sign in, unless a code is needed for that."""
        check_passwords_open(services)
        now = services.clock.now_ms()
        account = await services.accounts.linked(data.token, now=now)
        if account is None:
            raise NotFound(_SPENT)
        check_password(data.password, email=account.email)
        kept = await services.proofs.hash(data.password)
        taken = await services.accounts.accept(data.token, kept, name=data.name.strip(), now=now)
        if taken is None:  # somebody was faster
            raise NotFound(_SPENT)
        if taken.has_second_factor:
            return Response(SignInAnswer(code_required=True), headers=NO_STORE)
        await services.accounts.signed_in(taken.id, now=now)
        return await _signed_in(taken, request, studio_cookies)


class SessionController(Controller):
    """Where somebody is signed in."""

    path = "/account/sessions"
    tags = ("Account",)

    @get(summary="List your sessions", response_headers=NO_STORE)
    async def sessions(self, session: SignedIn, services: Injected) -> Listing[SessionAnswer]:
        """List the browsers in which you are signed in, newest first."""
        own = session.account.id if session.account else ""
        found = await services.studio_sessions.all(own, now=services.clock.now_ms())
        return whole(found, lambda each: shown_session(each, current=session.id))

    @delete("/current", status_code=204, summary="Sign out")
    async def sign_out(
        self, request: Asked, session: SignedIn, services: Injected, studio_cookies: Cookies
    ) -> Response[None]:
        """End the session that asks."""
        await services.studio_sessions.end(session.account.id if session.account else "", session.id)
        return Response(None, cookies=[studio_cookies.closed(request)])

    @delete("/{session_id:str}", status_code=204, summary="End a session")
    async def end_session(self, session_id: FromPath[str], session: SignedIn, services: Injected) -> None:
        """Sign another browser out."""
        await services.studio_sessions.end(session.account.id if session.account else "", session_id)

    @delete(status_code=204, summary="Sign out everywhere")
    async def sign_out_everywhere(
        self, request: Asked, session: SignedIn, services: Injected, studio_cookies: Cookies
    ) -> Response[None]:
        """End all your sessions, the one that asks too."""
        await services.studio_sessions.end_all(session.account.id if session.account else "")
        return Response(None, cookies=[studio_cookies.closed(request)])


async def make_link(services: Services, account: Account, origin: str, *, mail: bool) -> LinkAnswer:
    """Make the link with which somebody sets this account's password, and send it there if wished.

    The token stands after the `#`, which browsers send to nobody: it is in no log on the way.
    """
    if services.config.password_sign_in:
        url, expires = await _new_link(services, account, origin, lasts_ms=LINK_MS)
        letter = NEW_PASSWORD if account.has_password else INVITATION
    else:  # there is nothing to set: the identity provider knows them
        url, expires, letter = f"{origin}/studio/", services.clock.now_ms() + LINK_MS, WELCOME
    if not mail:
        return LinkAnswer(url=url, expires=iso(expires))
    why = await services.post.send(letter, account, url)
    return LinkAnswer(url=url, expires=iso(expires), mailed=not why, not_mailed=why)


async def _new_link(services: Services, account: Account, origin: str, *, lasts_ms: int) -> tuple[str, int]:
    token, expires = secrets.token_urlsafe(32), services.clock.now_ms() + lasts_ms
    await services.accounts.link(account.id, token, expires_at=expires)
    return f"{origin}/studio/invitation#{token}", expires


async def _send_forgotten(services: Services, email: str) -> None:
    """Send a link to whoever has an account with a password; to nobody else."""
    account, _ = await services.accounts.find(email) or (None, None)
    if account is None or account.disabled is not None or not account.has_password:
        return
    url, _ = await _new_link(services, account, services.config.public_url.rstrip("/"), lasts_ms=FORGOTTEN_LINK_MS)
    if why := await services.post.send(FORGOTTEN, account, url):
        log.warning("post.not_sent", account_id=account.id, reason=why)


async def _signed_in(account: Account, request: Asked, cookies: Cookies) -> Response[SignInAnswer]:
    cookie = await cookies.open(request, account, workspace_id=account.workspace_id)
    return Response(SignInAnswer(code_required=False, account=shown(account)), cookies=[cookie], headers=NO_STORE)
