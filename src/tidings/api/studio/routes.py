"""Studio's routes: the application, its files, and who is signed in."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Request, Response, Router, get
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Redirect

from tidings.accounts import AREAS, Area, Role, may
from tidings.api.authentication import owned
from tidings.api.injected import Injected
from tidings.api.pages import Pages
from tidings.api.services import Services
from tidings.api.studio.bundle import DIST, FRAME, FRAME_WITH_REMOTE_PICTURES, Asset, Bundle
from tidings.api.studio.session import StudioCookies
from tidings.api.studio.single_sign_on_routes import SingleSignOnController
from tidings.clock import iso
from tidings.errors import NotAuthenticated, NotFound
from tidings.workspaces import Delivery, Environment

Asked = Request[Any, Any, Any]
Built = NamedDependency[SkipValidation[Bundle]]
Cookies = NamedDependency[SkipValidation[StudioCookies]]


def studio_router(services: Services) -> Router:
    """Build Studio's routes."""
    bundle = Bundle(DIST)
    cookies = StudioCookies(services)
    return Router(
        path="/",
        route_handlers=[to_studio, SingleSignOnController, StudioController],
        dependencies={
            "bundle": Provide(lambda: bundle, sync_to_thread=False),
            "studio_cookies": Provide(lambda: cookies, sync_to_thread=False),
        },
    )


@get("/", sync_to_thread=False, include_in_schema=False)
def to_studio() -> Redirect:
    """Show something to whoever opens the address in a browser."""
    return Redirect("/studio/", status_code=303)


class Room(msgspec.Struct, frozen=True):
    """An environment that Studio may be about."""

    name: str
    delivery: Delivery
    sees: Sequence[Area]
    """What whoever is signed in may look at here: tags of this description."""
    changes: Sequence[Area]
    """And what it may change."""


class Person(msgspec.Struct, frozen=True):
    """Who is signed in, by an account."""

    id: str
    email: str
    name: str
    role: Role


class SignedIn(msgspec.Struct, frozen=True):
    """What a session opens, and until when."""

    environments: Sequence[Room]
    expires: str
    """ISO 8601."""
    role: Role
    account: Person | None
    """None for whoever came by the one-time link."""


class StudioController(Controller):
    """The application is the same for everybody, and holds nothing of anybody: what it shows it asks the API for."""

    path = "/studio"
    tags = ("Studio",)

    @get("/session", summary="Tell who is signed in", security=[{"session": []}])
    async def session(self, *, request: Asked, services: Injected, studio_cookies: Cookies) -> Response[SignedIn]:
        """Answer the environments that the header `Tidings-Environment` may name; 401 when nobody is signed in."""
        session = await studio_cookies.read(request)
        if session is None:
            raise NotAuthenticated("You are not signed in to Studio, or no longer: `tidings studio` prints a link")
        everything = services.grants.environments()
        rooms = [_room(each, session.role) for each in everything if each.workspace_id == session.workspace_id]
        account = session.account
        person = Person(account.id, account.email, account.name, account.role) if account else None
        answer = SignedIn(rooms, iso(session.expires), session.role, person)
        return Response(answer, headers={"Cache-Control": "no-store"})

    @get("/assets/{name:str}", include_in_schema=False)
    async def asset(self, *, request: Asked, name: FromPath[str], bundle: Built) -> Response[bytes]:
        """Answer a file. It may be kept for ever: its name changes with what is in it."""
        found = await sync_to_thread(bundle.asset, name, accepted=request.headers.get("accept-encoding", ""))
        if found is None:
            raise NotFound("Not Found")
        return _whole(found)

    @get("/frame", include_in_schema=False, sync_to_thread=False)
    def frame(self, *, pictures: FromQuery[str | None] = None) -> Response[bytes]:
        """Answer an empty page, into which Studio draws what others wrote: emails, with styles of their own."""
        return _whole(FRAME_WITH_REMOTE_PICTURES if pictures == "remote" else FRAME)

    @get(["/", "/{path:path}"], include_in_schema=False)
    async def application(
        self,
        *,
        request: Asked,
        services: Injected,
        bundle: Built,
        studio_cookies: Cookies,
        token: FromQuery[str | None] = None,
    ) -> Response[Any]:
        """Answer the application, whatever the address: it finds its screen itself. A one-time token signs in."""
        if token is None:
            return _whole(bundle.page()) if bundle.built else _PAGES.page("unbuilt.html").response(status=503)
        if await services.studio_sessions.redeem(token[:500], now=services.clock.now_ms()):
            workspace_id = owned(services.grants.environments())[0].workspace_id
            cookie = await studio_cookies.open(request, None, workspace_id=workspace_id)
            return Redirect("/studio/", status_code=303, cookies=[cookie], headers={"Cache-Control": "no-store"})
        known = await studio_cookies.read(request) is not None  # the bookmark of one who is in already is no mistake
        return Redirect("/studio/" if known else "/studio/?link=used", status_code=303)


_PAGES = Pages()


def _room(environment: Environment, role: Role) -> Room:
    live = environment.delivery == "live"
    sees, changes = (
        [area for area in sorted(AREAS) if may(role, area, changing=changing, live=live)] for changing in (False, True)
    )
    return Room(environment.name, environment.delivery, sees, changes)


def _whole(asset: Asset) -> Response[bytes]:
    return Response(asset.body, headers=dict(asset.headers), media_type=asset.headers["Content-Type"])
