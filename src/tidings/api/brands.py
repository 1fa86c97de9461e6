"""Brands (courier-api.md §9). What is written is published at once, as Courier's API does."""

import re
from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.api.permission import opens_to_tokens
from tidings.brands import Brand, Snippet
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.rendering import check_brand, check_snippets

Json = dict[str, Any]
_Name = Annotated[str, Meta(min_length=1, max_length=255)]
_ID = re.compile(r"[\w.:-]{1,128}\Z")


class SnippetBody(msgspec.Struct):
    """A snippet: templates call it by `{{> name}}`."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    value: Annotated[str, Meta(max_length=64 * 1024)]
    format: Annotated[str, Meta(max_length=32)] = "handlebars"


class SnippetsBody(msgspec.Struct):
    """A brand's snippets."""

    items: Annotated[list[SnippetBody], Meta(max_length=200)] = []


class BrandBody(msgspec.Struct):
    """A brand to write."""

    name: _Name
    id: str | None = None
    settings: Json | None = None
    snippets: SnippetsBody | None = None


class BrandAnswer(msgspec.Struct):
    """A brand."""

    id: str
    name: str
    created: int
    updated: int
    published: int
    version: str
    settings: Json
    is_default: bool
    """Ours: whether it looks after every message that has no other brand."""
    snippets: SnippetsBody | UnsetType = UNSET
    has_draft: bool | UnsetType = UNSET
    """Ours: while a draft lies beside it."""


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
        if data.id is not None and not _ID.match(data.id):
            raise InvalidInput("has up to 128 letters, digits, and _ . : -", path="id")
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


def brand_of(data: BrandBody, environment_id: int, brand_id: str, now: int) -> Brand:
    """Read what somebody wrote. Raises `InvalidInput` with the path of what could not be drawn."""
    settings = data.settings or {}
    check_brand(settings)
    items = data.snippets.items if data.snippets else []
    snippets = tuple(Snippet(name=one.name, value=one.value, format=one.format) for one in items)
    check_snippets(snippets)
    return Brand(
        environment_id=environment_id,
        id=brand_id,
        name=data.name,
        created=now,
        updated=now,
        published=now,
        settings=settings,
        snippets=snippets,
    )


def snippets_of(snippets: tuple[Snippet, ...]) -> SnippetsBody | UnsetType:
    """Show snippets; without any, the field stays away."""
    return SnippetsBody([SnippetBody(one.name, one.value, one.format) for one in snippets]) if snippets else UNSET


def brand_answer(brand: Brand) -> BrandAnswer:
    """Show a brand."""
    return BrandAnswer(
        id=brand.id,
        name=brand.name,
        created=brand.created,
        updated=brand.updated,
        published=brand.published,
        version=iso(brand.updated),
        settings=brand.settings,
        is_default=brand.is_default,
        snippets=snippets_of(brand.snippets),
        has_draft=UNSET if brand.draft is None else True,
    )
