"""A brand as it is being written, on an email. Ours; Courier's designer does this by itself."""

from typing import Any

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody

from tidings.api.authentication import Grant
from tidings.api.brand_wire import BrandBody, brand_of
from tidings.api.injected import Injected
from tidings.api.notification_wire import check_content
from tidings.errors import InvalidInput
from tidings.rendering import Manner, RenderError, Variables


class BrandPreviewBody(BrandBody, kw_only=True):
    """A brand as somebody is writing it, and Elemental to show it with."""

    content: dict[str, Any]
    profile: dict[str, Any] = msgspec.field(default_factory=dict)


class BrandPreview(msgspec.Struct):
    """An email in the brand's look."""

    subject: str
    html: str
    text: str


class BrandPreviewController(Controller):
    """Look before you publish."""

    path = "/brands/{brand_id:str}"
    tags = ("Brands",)

    @post("/preview", status_code=200, summary="Preview a brand")
    async def show(
        self, brand_id: FromPath[str], data: JSONBody[BrandPreviewBody], grant: Grant, services: Injected
    ) -> BrandPreview:
        """Draw an email as this brand would have it. Nothing is kept; the brand need not be there yet."""
        brand = brand_of(data, grant.environment_id, brand_id, services.clock.now_ms())
        check_content(data.content, new=False, path="content")
        default_key = (grant.environment_id, "")
        fallback = (await services.brands.find([default_key])).get(default_key)
        variables = Variables(data={}, profile=data.profile, brand=brand.variables(), now=services.clock.now_ms())
        try:
            drawn = services.renderer.render(
                "email",
                data.content,
                cache_key=None,
                variables=variables,
                recipient="",
                manner=Manner(brand=brand, fallback=fallback),
            )
        except RenderError as error:
            raise InvalidInput(error.detail, path=error.path) from None
        parts = drawn.content.parts()
        return BrandPreview(subject=parts["subject"], html=parts["html"], text=parts["text"])
