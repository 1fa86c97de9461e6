"""Errors become answers here, once: Courier's body, with the path of what is wrong (courier-api.md §0.2)."""

import re
from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from tidings.api.choices import choices_at
from tidings.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TidingsError,
    TooLarge,
    TooManyTries,
    Unavailable,
)

_log = structlog.get_logger(__name__)

_MSGSPEC_PATH = re.compile(r" - at `(.*)`$")
_IS_CHOICE = re.compile(r"Invalid (?:enum )?value ")


class Refusal(msgspec.Struct):
    """What every refused request is answered with."""

    message: str
    type: str


def for_tidings(_request: Request[Any, Any, Any], error: TidingsError) -> Response[Refusal]:
    """Answer what our own house raises."""
    match error:
        case InvalidInput():
            return refuse(413 if isinstance(error, TooLarge) else 400, located(error))
        case NotAuthenticated():
            return refuse(401, str(error), headers={"WWW-Authenticate": 'Bearer realm="tidings"'})
        case Conflict():  # official clients repeat a 409 unless told not to
            return refuse(409, str(error), headers={"x-should-retry": "false"})
        case Unavailable() | TooManyTries():
            status = 503 if isinstance(error, Unavailable) else 429
            return refuse(status, str(error), headers={"Retry-After": str(error.retry_after_s)})
        case NotAllowed() | NotFound():
            return refuse(404 if isinstance(error, NotFound) else 403, str(error))
    return refuse(400, str(error))


def for_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Refusal]:
    """Answer what the framework raises: unknown routes, methods, oversized and misshapen requests."""
    match error.status_code:
        case 400:
            return refuse(400, _misshapen(request, error))
        case 404:
            return refuse(404, "Not Found")
        case 405:
            headers = {key: value for key, value in (error.headers or {}).items() if key.lower() == "allow"}
            return refuse(405, f"{request.method} is not possible here", headers=headers)
        case 413:
            return refuse(413, "The request body is too large: 1 MiB at most")
    return refuse(error.status_code, error.detail)


def for_decoding(_request: Request[Any, Any, Any], error: msgspec.DecodeError) -> Response[Refusal]:
    """Answer a body that is no JSON, or JSON of another shape."""
    return refuse(400, shape_fault(error))


def for_bad_text(_request: Request[Any, Any, Any], _error: UnicodeDecodeError) -> Response[Refusal]:
    """Answer a body whose bytes are no text."""
    return refuse(400, "Invalid Request. The body is not valid UTF-8")


def for_slow_body(_request: Request[Any, Any, Any], _error: TimeoutError) -> Response[Refusal]:
    """Answer a body that did not arrive in time."""
    return refuse(408, "The request body took too long to arrive")


def for_anything(request: Request[Any, Any, Any], error: Exception) -> Response[Refusal]:
    """Answer a fault of ours: logged with its traceback, which the caller never sees."""
    if isinstance(error, RecursionError):
        return refuse(400, "The request body is nested too deeply")
    _log.error("request.failed", method=request.method, route=request.scope.get("path_template"), exc_info=error)
    return refuse(500, "Something went wrong on our side; the log says what")


def refuse(status: int, message: str, *, headers: dict[str, str] | None = None) -> Response[Refusal]:
    """Make the answer; the type follows from the status."""
    return Response(
        Refusal(message=message, type=_type(status)), status_code=status, headers=headers, media_type=MediaType.JSON
    )


def located(error: InvalidInput) -> str:
    """Say what is wrong, and where."""
    return f"{error.path}: {error.message}" if error.path else error.message


def shape_fault(error: Exception, *, argument: str = "", kind: Any = None) -> str:
    """Say in one line what a decoder found wrong, with the path as the caller wrote it.

    `argument` is the framework's own name for what was decoded, which the caller did not write. `kind` is its type: a
    word that is none of those there are is answered with them.
    """
    text = str(error)
    found = _MSGSPEC_PATH.search(text)
    what = text[: found.start()] if found else text
    path = (found[1] if found else "").removeprefix("$").removeprefix(".")
    if argument and re.match(rf"{argument}\b", path):
        path = path[len(argument) :].removeprefix(".")
    if kind is not None and path and _IS_CHOICE.match(what) and (words := choices_at(kind, path)):
        what = f"{what}; it is one of {', '.join(words)}"
    return f"{path}: {what}" if path else f"Invalid Request. {what}"


def _misshapen(request: Request[Any, Any, Any], error: HTTPException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, msgspec.DecodeError):  # includes ValidationError
            data = request.route_handler.parsed_fn_signature.parameters.get("data")
            return shape_fault(cause, argument="data", kind=data and data.annotation)
        cause = cause.__cause__
    return f"Invalid Request. {error.detail}"


def _type(status: int) -> str:
    match status:
        case 401:
            return "authentication_error"
        case 403:
            return "authorization_error"
        case 429:
            return "rate_limit_error"
    return "api_error" if status >= 500 else "invalid_request_error"
