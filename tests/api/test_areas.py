"""Every request is somebody's to allow."""

from litestar.routes import HTTPRoute

from tidings.accounts import AREAS, Role, may
from tidings.api.application import create_application
from tidings.api.permission import area_of, changes


def keyed(services):
    """Every handler that a key or a session opens, with its path and method."""
    app = create_application(services=services)
    while not hasattr(app, "routes"):
        app = app._app
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if any("api_key_guard" in guard.__qualname__ for guard in handler.resolve_guards()):
                yield from ((route.path, method, handler) for method in handler.http_methods if method != "OPTIONS")


def test_every_request_lies_in_an_area(services):
    """One that roles know of: else it would be an administrator's alone without anybody having said so."""
    found = list(keyed(services))

    assert len(found) > 150
    assert {(path, area_of(handler)) for path, _, handler in found if area_of(handler) not in AREAS} == set()


def test_what_changes_nothing_is_said_to(services):
    """These are asked with POST and change nothing; every other POST, PUT, PATCH and DELETE does."""
    reading = {
        path
        for path, method, handler in keyed(services)
        if method not in {"GET", "HEAD", "OPTIONS"} and not changes(handler, method)
    }

    assert reading == {
        "/notifications/{notification_id:str}/preview",
        "/destinations/filters/test",
        "/events/{event_id:str}/dry-run",
        "/send/{event:str}/routing",
    }
    assert may(Role.ANALYST, "Notifications", changing=False, live=True)


def test_every_area_is_used(services):
    """None is made up."""
    assert {area_of(handler) for _, _, handler in keyed(services)} == AREAS
