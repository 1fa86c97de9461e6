"""The receipts door: where providers tell what became of messages. No API key; each request is signed instead."""

from typing import Any

from litestar import Controller, Request, Response, route
from litestar.params import FromPath

from tidings.api.address import address
from tidings.api.injected import Injected
from tidings.api.services import Posted
from tidings.errors import TooLarge

QUERY_LENGTH_MAX = 8192
_EMPTY_XML = "<Response/>"  # what else looks like XML is somebody's words


class ReceiptController(Controller):
    """What providers post."""

    path = "/receipts"
    tags = ("Receipts",)
    security = ({"signature": []},)

    @route("/{config_id:str}", http_method=["GET", "POST"], status_code=200, summary="Take a provider's webhook")
    async def of_account(
        self, config_id: FromPath[str], request: Request[Any, Any, Any], services: Injected
    ) -> Response[str]:
        """Take news of any message of an account: signed by the provider, told twice counts once."""
        return await _take(config_id, "", request, services)

    @route(
        "/{config_id:str}/{message_id:str}",
        http_method=["GET", "POST"],
        status_code=200,
        summary="Take a provider's webhook about one message",
    )
    async def of_message(
        self, config_id: FromPath[str], message_id: FromPath[str], request: Request[Any, Any, Any], services: Injected
    ) -> Response[str]:
        """Take news of one message, at the address that the provider was given with it."""
        return await _take(config_id, message_id, request, services)


async def _take(config_id: str, message_id: str, request: Request[Any, Any, Any], services: Injected) -> Response[str]:
    query = request.scope.get("query_string", b"").decode("latin-1")
    if len(query) > QUERY_LENGTH_MAX:
        raise TooLarge(f"a webhook's query has {QUERY_LENGTH_MAX} characters at most")
    path = request.scope.get("raw_path", b"").partition(b"?")[0].decode("latin-1")
    posted = Posted(
        url=f"{address(services, request)}{path}{'?' if query else ''}{query}",
        method=request.method,
        message_id=message_id,
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: values[-1] for name, values in request.query_params.dict().items() if values},
        body=await request.body(),
        at=services.clock.now_ms(),
    )
    words = await services.receipts(config_id, posted)
    return Response(words, media_type="application/xml" if words == _EMPTY_XML else "text/plain")
