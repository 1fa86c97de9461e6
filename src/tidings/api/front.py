"""The front door's wings: the tracking endpoints, what browsers load, and everything else."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from tidings.api.accept import Accept
from tidings.api.browser import Browser


class Front:
    """Hands each request to the wing that it is for. There is no lifespan: the composition root starts and stops."""

    def __init__(self, *, accept: Accept, browser: Browser, application: ASGIApp) -> None:
        self._accept = accept
        self._browser = browser
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == ScopeType.HTTP and self._accept.handles(scope["path"]):
            await self._accept(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and self._browser.handles(scope["path"]):
            await self._browser(scope, receive, send)
        else:
            await self._application(scope, receive, send)
