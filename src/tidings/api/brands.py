"""Brands (courier-api.md §9). What is written is published at once, as Courier's API does."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.brand_wire import BrandAnswer, BrandBody, brand_answer, brand_of, check_brand_id
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.api.permission import opens_to_tokens

_TOKENS = opens_to_tokens("brands", of="brand_id")


class BrandController(Controller):
    """Brands look after every message of a template, a tenant, or the whole environment."""

    path = "/brands"
    tags = ("Brands",)

    @get(summary="List brands", opt=_TOKENS)
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[BrandAnswer]:
        """List brands, oldest first."""
        return listing(await services.brands.page(grant.environment_id, limit=limit, cursor=cursor), brand_answer)

    @post(status_code=200, summary="Create a brand")
    async def create(
        self,
        data: JSONBody[BrandBody],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> BrandAnswer:
        """Keep a new brand. The first brand of an environment is its default."""
        now = services.clock.now_ms()
        check_idempotency(key, expiration, now=now)
        keyed = keyed_id("br", grant.environment_id, "POST /brands", key) if key else None
        if data.id is not None:
            check_brand_id(data.id)
        brand = brand_of(data, grant.environment_id, data.id or keyed or ids.prefixed_id("br", now), now)
        return brand_answer(await services.brands.create(brand))

    @get("/{brand_id:str}", summary="Read a brand", opt=_TOKENS)
    async def retrieve(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> BrandAnswer:
        """Answer it as it was written."""
        return brand_answer(await services.brands.get(grant.environment_id, brand_id))

    @put("/{brand_id:str}", summary="Replace a brand", opt=_TOKENS)
    async def update(
        self, brand_id: FromPath[str], data: JSONBody[BrandBody], grant: Grant, services: Injected
    ) -> BrandAnswer:
        """Replace it whole."""
        brand = brand_of(data, grant.environment_id, brand_id, services.clock.now_ms())
        return brand_answer(await services.brands.replace(brand))

    @delete("/{brand_id:str}", summary="Delete a brand", opt=_TOKENS)
    async def delete(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Delete it; the default brand stays until another is the default."""
        await services.brands.delete(grant.environment_id, brand_id)

    @put("/{brand_id:str}/default", status_code=204, summary="Make a brand the default")
    async def make_default(self, brand_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Let it look after every message that has no other brand. Ours: Courier has it in its designer alone."""
        await services.brands.make_default(grant.environment_id, brand_id, now=services.clock.now_ms())
