"""Studio's routes: one page, its live parts, and previews."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, MediaType, Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Redirect

from tidings.api.authentication import owned
from tidings.api.injected import Injected
from tidings.api.messages import CONTENT_HEADERS
from tidings.api.pages import Pages
from tidings.api.services import Services
from tidings.api.studio.session import Session, StudioCookies
from tidings.api.studio.view import View, pretty, preview_of, view
from tidings.clock import iso
from tidings.errors import NotAuthenticated, NotFound
from tidings.workspaces import Delivery, Environment

Asked = Request[Any, Any, Any]
Chosen = Annotated[str, QueryParameter(name="environment", max_length=100)]
Paper = NamedDependency[SkipValidation[Pages]]
Cookies = NamedDependency[SkipValidation[StudioCookies]]

_PREVIEW_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def studio_router(services: Services) -> Router:
    """Build Studio's routes."""
    pages = Pages()
    cookies = StudioCookies(services.secrets)
    return Router(
        path="/",
        route_handlers=[to_studio, StudioController],
        dependencies={
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "studio_cookies": Provide(lambda: cookies, sync_to_thread=False),
        },
        include_in_schema=False,
    )


@get("/", sync_to_thread=False)
def to_studio() -> Redirect:
    """Show something to whoever opens the address in a browser."""
    return Redirect("/studio/", status_code=303)


class Room(msgspec.Struct, frozen=True):
    """An environment, by its name."""

    name: str
    delivery: Delivery


class SignedIn(msgspec.Struct, frozen=True):
    """What Studio may show, and until when."""

    environments: Sequence[Room]
    expires: str


class StudioController(Controller):
    """One page for the owner of the first workspace."""

    path = "/studio"

    @get("/")
    async def page(
        self,
        *,
        request: Asked,
        services: Injected,
        pages: Paper,
        studio_cookies: Cookies,
        token: FromQuery[str | None] = None,
        chosen: Chosen = "",
    ) -> Response[Any]:
        """Show the page; a one-time token opens it for seven days."""
        now = services.clock.now_ms()
        if token is not None and await services.studio_sessions.redeem(token[:500], now=now):
            cookie = studio_cookies.issue(now=now, secure=request.url.scheme == "https")
            return Redirect("/studio/", status_code=303, cookies=[cookie], headers={"Cache-Control": "no-store"})
        if studio_cookies.read(request, now=now) is None:
            return pages.page("locked.html", used=token is not None).response(status=401)
        if token is not None:  # a link that was used before, in a browser that is in already
            return Redirect("/studio/", status_code=303)
        return pages.page("studio.html", view=await _view(request, services, chosen)).response()

    @get("/session", response_headers={"Cache-Control": "no-store"})
    async def session(self, *, request: Asked, services: Injected, studio_cookies: Cookies) -> SignedIn:
        """Answer the environments that Studio may be about, and when the session ends."""
        session = _require_session(request, services, studio_cookies)
        here = owned(services.grants.environments())
        return SignedIn([Room(each.name, each.delivery) for each in here], iso(session.expires))

    @get("/live")
    async def live(
        self, *, request: Asked, services: Injected, pages: Paper, studio_cookies: Cookies, chosen: Chosen = ""
    ) -> Response[str]:
        """Answer the parts of the page that change."""
        _require_session(request, services, studio_cookies)
        return _fragment(pages.fragment("live.html", view=await _view(request, services, chosen)))

    @get("/messages/{message_id:str}")
    async def history(
        self,
        *,
        request: Asked,
        message_id: FromPath[str],
        services: Injected,
        pages: Paper,
        studio_cookies: Cookies,
        chosen: Chosen = "",
    ) -> Response[str]:
        """Answer a message's history."""
        _require_session(request, services, studio_cookies)
        environment = _chosen(await _environments(services), chosen)
        entries = await services.messages.history(environment.id, message_id)
        lines = [{"at": iso(entry.ts), "type": entry.type, "text": pretty(entry.fields)} for entry in entries]
        return _fragment(pages.fragment("history.html", lines=lines))

    @get("/outbox/{message_id:str}/{channel:str}")
    async def preview(
        self,
        *,
        request: Asked,
        message_id: FromPath[str],
        channel: FromPath[str],
        services: Injected,
        studio_cookies: Cookies,
        chosen: Chosen = "",
    ) -> Response[str]:
        """Answer what was kept, confined: it runs nothing and fetches nothing."""
        _require_session(request, services, studio_cookies)
        environment = _chosen(await _environments(services), chosen)
        found = preview_of(await services.outbox.get(environment.id, message_id), channel)
        if found is None:
            raise NotFound("Not Found")
        part, text = found
        headers = {**CONTENT_HEADERS, "Content-Security-Policy": _PREVIEW_POLICY}
        return Response(text, media_type=MediaType.HTML if part == "html" else MediaType.TEXT, headers=headers)


def _require_session(request: Asked, services: Services, cookies: StudioCookies) -> Session:
    if session := cookies.read(request, now=services.clock.now_ms()):
        return session
    raise NotAuthenticated("You are not signed in to Studio, or no longer: `tidings studio` prints a link")


def _fragment(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers={"Cache-Control": "no-store"})


async def _view(request: Asked, services: Services, chosen: str) -> View:
    environments = await _environments(services)
    origin = f"{request.url.scheme}://{request.url.netloc}"
    return await view(services, environments, _chosen(environments, chosen), origin=origin)


async def _environments(services: Services) -> Sequence[Environment]:
    """List the environments that Studio shows."""
    here = owned(await services.api_keys.environments())
    if not here:
        raise NotFound("there is no workspace yet")
    return here


def _chosen(environments: Sequence[Environment], name: str) -> Environment:
    return next((environment for environment in environments if environment.name == name), environments[0])
