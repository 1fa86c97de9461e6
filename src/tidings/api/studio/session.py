"""Studio's session: a cookie that only we can have made, and who is signed in by it."""

import secrets as random
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import HTTPScope

from tidings.accounts import ABSOLUTE_MS, SLIDING_MS, Account, StudioSession, shortened
from tidings.api.peer import Peers
from tidings.api.services import Services
from tidings.ids import prefixed_id

COOKIE = "tidings_studio"
_TOKEN_CHARACTERS_MAX = 100
_AGENT_CHARACTERS_MAX = 300

Asking = ASGIConnection[Any, Any, Any, Any]


class StudioCookies:
    """Makes and reads the cookie: 256 random bits, of which we keep the hash."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._peers = Peers(services.config.trusted_proxies)

    async def open(self, asking: Asking, account: Account | None, *, workspace_id: int) -> Cookie:
        """Sign in: make a session, and the cookie that means it. No account is whoever came by the one-time link."""
        now, token = self._services.clock.now_ms(), random.token_urlsafe(32)
        session = StudioSession(
            id=prefixed_id("ses", now),
            workspace_id=workspace_id,
            account=account,
            created=now,
            seen=now,
            expires=now + SLIDING_MS,
            address=shortened(self.address_of(asking)),
            agent=asking.headers.get("user-agent", "")[:_AGENT_CHARACTERS_MAX],
        )
        await self._services.studio_sessions.open(session, token)
        asking.scope["studio_session"] = session  # type: ignore[typeddict-unknown-key] # as `read`, for the audit log
        return self._cookie(asking, token, max_age=ABSOLUTE_MS // 1000)

    async def read(self, asking: Asking) -> StudioSession | None:
        """Tell who is signed in; None when the request brings no cookie of a session that lasts."""
        token = asking.cookies.get(COOKIE, "")
        if not token or len(token) > _TOKEN_CHARACTERS_MAX:
            return None
        session = await self._services.studio_sessions.read(token, now=self._services.clock.now_ms())
        if session is not None:
            asking.scope["studio_session"] = session  # type: ignore[typeddict-unknown-key] # ours, for handlers
        return session

    def closed(self, asking: Asking) -> Cookie:
        """Make the cookie that takes a session's place in a browser that signs out."""
        return self._cookie(asking, "", max_age=0)

    def address_of(self, asking: Asking) -> str:
        """Tell from where somebody asks."""
        return self._peers.address_of(_http(asking), asking.headers.get("x-forwarded-for", "").encode("latin-1"))

    def origin_of(self, asking: Asking) -> str:
        """Tell where people reach this server: as the settings say, else as whoever asks has reached it."""
        if self._services.config.public_url:
            return self._services.config.public_url.rstrip("/")
        return f"{self._scheme_of(asking)}://{asking.url.netloc}"

    def cookie(self, asking: Asking, name: str, value: str, *, path: str, max_age: int) -> Cookie:
        """Make a cookie that no script reads and no other site's form brings.

        It goes over TLS alone where the request came so, or where the public address says that browsers do: a proxy
        that ends TLS need not be among the trusted ones.
        """
        return Cookie(
            key=name,
            value=value,
            path=path,
            max_age=max_age,
            httponly=True,
            samesite="lax",
            secure=self.origin_of(asking).startswith("https://") or self._scheme_of(asking) == "https",
        )

    def _cookie(self, asking: Asking, value: str, *, max_age: int) -> Cookie:
        # The API takes it too, as `authentication` says.
        return self.cookie(asking, COOKIE, value, path="/", max_age=max_age)

    def _scheme_of(self, asking: Asking) -> str:
        return self._peers.scheme_of(_http(asking), asking.headers.get("x-forwarded-proto", "").encode("latin-1"))


def _http(asking: Asking) -> HTTPScope:
    return cast("HTTPScope", asking.scope)  # nothing of ours is a web socket
