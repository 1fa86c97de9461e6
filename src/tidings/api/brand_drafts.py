"""What brands may become. Ours: Courier has drafts of brands in its designer alone."""

from typing import Any

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from tidings.api.authentication import Grant
from tidings.api.brand_wire import BrandAnswer, BrandBody, SnippetsBody, brand_answer, brand_of, snippets_of
from tidings.api.injected import Injected
from tidings.brands import Brand, Draft
from tidings.errors import NotFound


class DraftAnswer(msgspec.Struct):
    """What a brand may become."""

    id: str
    name: str
    updated: int
    settings: dict[str, Any]
    snippets: SnippetsBody | UnsetType = UNSET


class BrandDraftController(Controller):
    """A draft lies beside its brand; no message looks like it before it is published."""

    path = "/brands/{brand_id:str}"
    tags = ("Brands",)

    @get("/draft", summary="Read a brand's draft")
    async def retrieve(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> DraftAnswer:
        """Answer what it may become; 404 while it has no draft."""
        return _answer(await services.brands.get(grant.environment_id, brand_id))

    @put("/draft", summary="Write a brand's draft")
    async def update(
        self, brand_id: FromPath[str], data: JSONBody[BrandBody], grant: Grant, services: Injected
    ) -> DraftAnswer:
        """Keep what it may become, checked as a brand is. Previews show it."""
        brand = brand_of(data, grant.environment_id, brand_id, services.clock.now_ms())
        draft = Draft(name=brand.name, settings=brand.settings, snippets=brand.snippets, updated=brand.updated)
        return _answer(await services.brands.write_draft(grant.environment_id, brand_id, draft))

    @delete("/draft", summary="Drop a brand's draft")
    async def drop(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Forget the draft; the brand stays as it is."""
        await services.brands.write_draft(grant.environment_id, brand_id, None)

    @post("/publish", status_code=200, summary="Publish a brand's draft")
    async def publish(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> BrandAnswer:
        """Let it become its draft; 409 while it has none."""
        return brand_answer(await services.brands.publish(grant.environment_id, brand_id, now=services.clock.now_ms()))


def _answer(brand: Brand) -> DraftAnswer:
    if (draft := brand.draft) is None:
        raise NotFound(f"the brand {brand.id!r} has no draft")
    return DraftAnswer(brand.id, draft.name, draft.updated, draft.settings, snippets_of(draft.snippets))
