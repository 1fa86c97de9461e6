"""`POST /token`: apps that prove who they are get a token for the calls of a source (segment.md §1.2).

Whatever goes wrong is said as RFC 6749 has it. Segment's Python library reads `error` and `error_description` of every
answer that is JSON, and hangs for ever where one of them is missing.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar import Controller, MediaType, Request, Response, post
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec

from tidings.api.account_wire import Cookies
from tidings.api.injected import Injected
from tidings.api.operation import documented_form
from tidings.api.services import Services
from tidings.errors import TooManyTries, Unavailable
from tidings.workspaces import (
    ACCESS_TOKEN_LIFE_S,
    TRACKING_SCOPE,
    AccessToken,
    OAuthError,
    TokenRefused,
    claimed_key,
    proved,
)

BODY_BYTES_MAX = 16_384
"""Those of Segment's libraries have some 900."""
FAILURES_FREE = 20
"""From one address, before whoever fails is told to wait: an app that is set up wrongly asks again and again."""
GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = "application/x-www-form-urlencoded"
_FIELDS_MAX = 20
_FIELDS = {
    "grant_type": GRANT_TYPE,
    "client_assertion_type": ASSERTION_TYPE,
    "client_assertion": "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleV8x…",
    "scope": TRACKING_SCOPE,
}
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

_Asked = Request[Any, Any, Any]
log = structlog.get_logger(__name__)


class AccessTokenAnswer(msgspec.Struct):
    """A token, and for how many seconds it opens its source."""

    access_token: str
    token_type: str
    scope: str
    expires_in: int


class AccessTokenError(msgspec.Struct):
    """Why there is none."""

    error: str
    error_description: str


def _refuse(status: int, error: str, why: str, headers: Mapping[str, str] | None = None) -> Response[AccessTokenError]:
    answer = AccessTokenError(error, why)
    return Response(answer, status_code=status, headers={**_NO_STORE, **(headers or {})}, media_type=MediaType.JSON)


def _for_refused(_request: _Asked, refused: TokenRefused) -> Response[AccessTokenError]:
    if refused.error is OAuthError.INVALID_CLIENT:
        return _refuse(401, refused.error, refused.description, {"WWW-Authenticate": 'Bearer realm="tidings"'})
    return _refuse(400, refused.error, refused.description)


def _for_waiting(_request: _Asked, error: TooManyTries | Unavailable) -> Response[AccessTokenError]:
    seconds = str(error.retry_after_s)
    status = 429 if isinstance(error, TooManyTries) else 503
    headers = {"Retry-After": seconds, "X-RateLimit-Reset": seconds}  # Node reads the one, Python the other
    return _refuse(status, "temporarily_unavailable", str(error), headers)


def _for_http(_request: _Asked, error: HTTPException) -> Response[AccessTokenError]:
    why = f"the body has {BODY_BYTES_MAX} bytes at most" if error.status_code == 413 else error.detail
    return _refuse(error.status_code, OAuthError.INVALID_REQUEST, why)


def _for_slow_body(_request: _Asked, _error: TimeoutError) -> Response[AccessTokenError]:
    return _refuse(408, OAuthError.INVALID_REQUEST, "the body took too long to arrive")


def _for_anything(_request: _Asked, error: Exception) -> Response[AccessTokenError]:
    log.error("token.failed", exc_info=error)
    return _refuse(500, "server_error", "something went wrong on our side; the log says what")


def _documented(statuses: Mapping[int, str]) -> dict[int, ResponseSpec]:
    return {
        status: ResponseSpec(AccessTokenError, generate_examples=False, description=why)
        for status, why in statuses.items()
    }


class OAuthTokenController(Controller):
    """Where apps ask for tokens. They prove who they are by a signature, so there is no API key."""

    path = "/token"
    tags = ("Sources",)
    security = ({},)
    exception_handlers = {  # noqa: RUF012 the framework's own way to say it
        TokenRefused: _for_refused,
        TooManyTries: _for_waiting,
        Unavailable: _for_waiting,
        HTTPException: _for_http,
        TimeoutError: _for_slow_body,
        Exception: _for_anything,
    }

    @post(
        status_code=200,
        summary="Issue an access token to an app",
        request_max_body_size=BODY_BYTES_MAX,
        operation_class=documented_form(_FIELDS),
        responses=_documented(
            {
                400: "The form or a claim is wrong; the description says which.",
                401: "The app or its key is not known, its signature or audience is wrong, or the proof was used.",
                413: "The body is too large.",
                415: "It is no form.",
                429: "Too much from this address was wrong: `Retry-After` says when to come back.",
                503: "Storage cannot take it now.",
            }
        ),
    )
    async def issue(self, request: _Asked, services: Injected, studio_cookies: Cookies) -> Response[AccessTokenAnswer]:
        """Take a form with an assertion: a JWT of a minute, used once, signed with RS256 by a key of a source's."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise HTTPException(status_code=415, detail=f"send a form, as {_FORM}")
        try:
            token = await _token(services, _assertion(await request.body()), _auth_servers(services, request))
        except TokenRefused as refused:
            await _count(services, studio_cookies.address_of(request), refused.description)
            raise
        signed = services.oauth.tokens.issue(token)
        answer = AccessTokenAnswer(signed, "Bearer", TRACKING_SCOPE, ACCESS_TOKEN_LIFE_S)
        return Response(answer, headers=_NO_STORE)


async def _token(services: Services, assertion: str, auth_servers: Sequence[str]) -> AccessToken:
    """Say what a proof opens, and use it up. Raises `TokenRefused`, `Unavailable`.

    An unknown app, an unknown key and a wrong signature are told in the same words, and storage hears only of proofs
    that are right.
    """
    now = services.clock.now_ms()
    found = services.grants.oauth_key(*claimed_key(assertion))
    if found is None:
        raise TokenRefused(OAuthError.INVALID_CLIENT, "client_assertion is not signed by the app's key of this kid")
    source, key = found
    proof = proved(assertion, key, auth_servers=auth_servers, now=now)
    if not source.enabled:
        raise TokenRefused(OAuthError.INVALID_CLIENT, "the source of this key is switched off")
    if not await services.oauth.keys.use(proof, now=now):
        raise TokenRefused(OAuthError.INVALID_CLIENT, "client_assertion was used before: sign a new one for each token")
    return AccessToken(key.id, source.environment_id, source.source_id, now + ACCESS_TOKEN_LIFE_S * 1000)


def _assertion(body: bytes) -> str:
    """Read the form. Raises `TokenRefused`."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise TokenRefused(OAuthError.INVALID_REQUEST, "the form cannot be read") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise TokenRefused(OAuthError.INVALID_REQUEST, "the form has a field twice")
    if form.get("grant_type", "") != GRANT_TYPE:
        raise TokenRefused(OAuthError.UNSUPPORTED_GRANT_TYPE, f"grant_type is {GRANT_TYPE}")
    if form.get("client_assertion_type", "") != ASSERTION_TYPE:
        raise TokenRefused(OAuthError.INVALID_REQUEST, f"client_assertion_type is {ASSERTION_TYPE}")
    if form.get("scope", TRACKING_SCOPE).split() != [TRACKING_SCOPE]:
        raise TokenRefused(OAuthError.INVALID_SCOPE, f"there is one scope, {TRACKING_SCOPE}")
    return form.get("client_assertion", "")


def _auth_servers(services: Services, request: _Asked) -> Sequence[str]:
    """Name ourselves: by the setting `public_url` alone, or else as we were asked, with TLS or without.

    Who set no `public_url` may have a proxy in front that ends TLS, of which we know nothing.
    """
    if services.config.public_url:
        return [services.config.public_url]
    asked = str(request.base_url)
    return [asked, f"https:{asked.partition(':')[2]}"]


async def _count(services: Services, address: str, why: str) -> None:
    """Count a failure. Raises `TooManyTries` when there were many from this address; what is right never waits."""
    waits = 0
    with suppress(Unavailable):
        subject = (f"tokens-from:{address}", FAILURES_FREE)
        waits = await services.tries.begin([subject], now=services.clock.now_ms())
    if waits:
        seconds = -(-waits // 1000)
        raise TooManyTries(f"wait {seconds} seconds: too much was wrong, and last of all: {why}", retry_after_s=seconds)
