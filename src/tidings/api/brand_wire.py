"""Brands as they are written and shown (courier-api.md §9): by the API, and by the command line."""

import re
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

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


def check_brand_id(brand_id: str) -> None:
    """Raise `InvalidInput` for what is no id of a brand."""
    if not _ID.match(brand_id):
        raise InvalidInput("has up to 128 letters, digits, and _ . : -", path="id")


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
