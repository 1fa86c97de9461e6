"""Pictures for messages: uploaded with a key, shown to everybody who has the address."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, post, route
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.operation import documented_bytes
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.assets import ASSET_BYTES_MAX, Asset, asset_of
from tidings.clock import iso
from tidings.errors import NotFound

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_HEADERS = {
    # What is under an id never changes; mailboxes and pages of any origin may show it, as a picture and nothing else.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class AssetAnswer(msgspec.Struct):
    """A picture."""

    id: str
    name: str
    media_type: str
    bytes: int
    created: str
    path: str
    """Where this server shows it."""
    url: str | None
    """Where the outside finds it; null when the setting `public_url` is empty."""


class AssetController(Controller):
    """Pictures of an environment."""

    path = "/assets"
    tags = ("Assets",)

    @post(
        status_code=201,
        summary="Upload a picture",
        request_max_body_size=ASSET_BYTES_MAX + 1,
        operation_class=documented_bytes(_PICTURES),
    )
    async def create(
        self,
        request: Request[Any, Any, Any],
        grant: Grant,
        services: Injected,
        name: Annotated[str, QueryParameter(max_length=255, description="What to call the file.")] = "",
    ) -> AssetAnswer:
        """Take the picture as the body, as it is: PNG, JPEG, GIF or WebP, 5 MiB at most.

        What it is decides its content. The same picture again is the same asset, under its first name.
        """
        content = await request.body()
        asset = asset_of(grant.environment_id, name, content, now=services.clock.now_ms())
        await services.asset_files.write(asset.path, content)
        return _answer(services, await services.assets.add(asset))

    @get(summary="List pictures")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[AssetAnswer]:
        """List them, newest first."""
        page = await services.assets.page(grant.environment_id, limit=limit, cursor=cursor)
        return listing(page, lambda asset: _answer(services, asset))

    @delete("/{asset_id:str}", summary="Delete a picture")
    async def delete(self, asset_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Show it no more. Messages that were sent show a gap; who has seen it may keep it for a year."""
        asset = await services.assets.delete(grant.environment_id, asset_id)
        await services.asset_files.remove(asset.path)


class ShownAssetController(Controller):
    """What recipients see."""

    path = "/assets"
    tags = ("Assets",)
    security = ({},)  # nobody's: whoever has the address

    @route(
        "/{asset_id:str}/{name:str}",
        http_method=["GET", "HEAD"],
        status_code=200,
        summary="Show a picture",
        responses={200: ResponseSpec(bytes, media_type="image/*", description="The picture.", generate_examples=False)},
    )
    async def show(
        self, asset_id: FromPath[str], name: FromPath[str], request: Request[Any, Any, Any], services: Injected
    ) -> Response[bytes]:
        """Answer the picture to anybody, to be kept for ever: what is under an address never changes."""
        asset = await services.assets.find(asset_id)
        if name != asset.name:
            raise NotFound("Not Found")
        headers = {**_HEADERS, "ETag": f'"{asset.id}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
        content = await services.asset_files.read(asset.path)
        return Response(content, headers=headers, media_type=asset.media_type)


def _answer(services: Injected, asset: Asset) -> AssetAnswer:
    public = services.config.public_url.rstrip("/")
    return AssetAnswer(
        id=asset.id,
        name=asset.name,
        media_type=asset.media_type,
        bytes=asset.bytes,
        created=iso(asset.created),
        path=asset.address,
        url=public + asset.address if public else None,
    )
