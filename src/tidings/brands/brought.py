"""Brands that requests bring along: `channels.<channel>.override.brand` (courier-semantics.md §17)."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Annotated, Any

import msgspec

from tidings.brands.brand import Brand, Snippet
from tidings.errors import InvalidInput


class _Snippets(msgspec.Struct, frozen=True):
    items: Annotated[tuple[Snippet, ...], msgspec.Meta(max_length=200)] | None = None


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request to create a brand holds."""

    name: str = ""
    id: str | None = None
    settings: dict[str, Any] | None = None
    snippets: _Snippets | None = None


def brands_brought(options: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """List the brands of a message's options, each with the channel that it is for."""
    channels = options.get("channels")
    for channel, said in channels.items() if isinstance(channels, dict) else ():
        override = said.get("override") if isinstance(said, dict) else None
        brand = override.get("brand") if isinstance(override, dict) else None
        if brand is not None:
            yield channel, brand


def brand_brought(raw: Any, *, environment_id: int, path: str = "") -> Brand:
    """Read one. It is named by what it says, so that what is drawn with it can be kept. Raises `InvalidInput`."""
    try:
        body = msgspec.convert(raw, _Body)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise InvalidInput(what.replace("`", ""), path=path + where.removesuffix("`")) from None
    checksum = blake2b(msgspec.json.encode(raw, order="sorted"), digest_size=16).hexdigest()
    return Brand(
        environment_id=environment_id,
        id=f"override:{checksum}",
        name=body.name,
        created=0,
        updated=0,
        published=0,
        settings=body.settings or {},
        snippets=(body.snippets.items or ()) if body.snippets else (),
    )
