"""The two addresses of signing in by an identity provider: out, and back."""

from typing import Any
from urllib.parse import urlencode

import msgspec
import structlog
from litestar import Controller, Request, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Redirect

from tidings.accounts import Account, Actor, AuditEvent, Refusal, SignInRefused, shortened
from tidings.api.authentication import owned
from tidings.api.injected import Injected
from tidings.api.services import Services
from tidings.api.studio.identity_provider import IdentityProvider, new_flow
from tidings.api.studio.session import StudioCookies
from tidings.api.studio.single_sign_on import FLOW_MS, Back, come_back, inside
from tidings.errors import NotFound, Unavailable
from tidings.ids import prefixed_id

COOKIE = "tidings_oidc"
PATH = "/studio/oidc"
CALLBACK = f"{PATH}/callback"
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

Asked = Request[Any, Any, Any]
Cookies = NamedDependency[SkipValidation[StudioCookies]]

log = structlog.get_logger(__name__)


class SingleSignOnController(Controller):
    """A browser is sent to the identity provider, and comes back with a code. Nothing of it is asked by a script."""

    path = PATH
    include_in_schema = False

    @get("/start")
    async def start(
        self, *, request: Asked, services: Injected, studio_cookies: Cookies, to: FromQuery[str | None] = None
    ) -> Redirect:
        """Send a browser out. What makes the try its own goes into a cookie of ten minutes, sealed."""
        provider = _provider(services)
        expires = services.clock.now_ms() + FLOW_MS
        flow = new_flow(callback=f"{studio_cookies.origin_of(request)}{CALLBACK}", to=inside(to), expires=expires)
        try:
            url = await provider.way_out(flow)
        except SignInRefused as error:
            log.warning("oidc.refused", refusal=error.refusal.value, detail=str(error))
            return _refused(error.refusal)
        sealed = services.secrets.seal(msgspec.json.encode(flow).decode()).decode()
        kept = studio_cookies.cookie(request, COOKIE, sealed, path=PATH, max_age=FLOW_MS // 1000)
        return Redirect(url, status_code=303, cookies=[kept], headers=_NO_STORE)

    @get("/callback")
    async def callback(self, request: Asked, services: Injected, studio_cookies: Cookies) -> Redirect:
        """Let a browser in, or tell Studio why not. Either is on record."""
        provider, address = _provider(services), studio_cookies.address_of(request)
        said = request.query_params
        back = Back(
            flow=request.cookies.get(COOKIE, ""),
            state=said.get("state", ""),
            code=said.get("code", ""),
            error=said.get("error", ""),
            issuer=said.get("iss"),
            address=address,
        )
        forgotten = studio_cookies.cookie(request, COOKIE, "", path=PATH, max_age=0)
        try:
            came = await come_back(services, provider, back)
        except SignInRefused as refused:
            log.warning("oidc.refused", refusal=refused.refusal.value, detail=str(refused))
            await _record(services, None, "refuse_oidc", target=refused.refusal.value, address=address)
            return _refused(refused.refusal, forgotten)
        cookie = await studio_cookies.open(request, came.account, workspace_id=came.account.workspace_id)
        await _record(services, came.account, came.how, target=came.account.id, address=address)
        return Redirect(came.to, status_code=303, cookies=[cookie, forgotten], headers=_NO_STORE)


def _provider(services: Services) -> IdentityProvider:
    if services.identity_provider is None:
        raise NotFound("no identity provider is set up here: oidc_issuer names one")
    return services.identity_provider


def _refused(refusal: Refusal, *cookies: Cookie) -> Redirect:
    query = urlencode({"refused": refusal.value})
    return Redirect(f"/studio/?{query}", status_code=303, cookies=list(cookies), headers=_NO_STORE)


async def _record(services: Services, account: Account | None, how: str, *, target: str, address: str) -> None:
    now = services.clock.now_ms()
    event = AuditEvent(
        id=prefixed_id("aud", now),
        at=now,
        workspace_id=account.workspace_id if account else owned(services.grants.environments())[0].workspace_id,
        environment_id=0,
        actor=Actor("account", account.id) if account else Actor("identity", ""),
        type=f"account:{how}",
        method="GET",
        route=CALLBACK,
        target=target,
        status=303 if account else 401,
        address=shortened(address),
    )
    try:
        await services.audit.append(event)
    except Unavailable as error:
        log.warning("audit.not_written", type=event.type, reason=str(error))
