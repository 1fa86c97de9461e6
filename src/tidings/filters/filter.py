"""A destination filter: a condition, and what to do with the calls that meet it (segment.md §3.4)."""

from typing import Annotated

import msgspec

TITLE_LENGTH_MAX = 64
FILTERS_MAX = 10
"""Of one destination; Segment's own limit, as is that of the title."""
KEYS_MAX = 500
"""Keys and paths that one action may name."""

Keys = Annotated[list[str], msgspec.Meta(min_length=1, max_length=KEYS_MAX)]
Fields = Annotated[dict[str, Keys], msgspec.Meta(min_length=1, max_length=KEYS_MAX)]
"""Keys by the path of the object that holds them; `""` is the call itself."""


class Drop(msgspec.Struct, frozen=True, tag_field="type", tag="DROP"):
    """Keep such calls back."""


class Only(msgspec.Struct, frozen=True, tag_field="type", tag="ONLY"):
    """Keep all other calls back: `DROP` of the opposite. Two that contradict each other let nothing through."""


class Sample(msgspec.Struct, frozen=True, tag_field="type", tag="SAMPLE"):
    """Let a share of such calls through, the same ones however often it is asked."""

    percent: Annotated[float, msgspec.Meta(ge=0, le=1)]
    """0 to 1."""
    path: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    """Calls with the same value there share one fate; empty draws for each call."""


class DropProperties(msgspec.Struct, frozen=True, tag_field="type", tag="DROP_PROPERTIES"):
    """Take these keys out."""

    fields: Fields


class AllowProperties(msgspec.Struct, frozen=True, tag_field="type", tag="ALLOW_PROPERTIES"):
    """Of the named objects keep these keys alone; other objects are left as they are."""

    fields: Fields


Action = Drop | Only | Sample | DropProperties | AllowProperties


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """One destination filter. Times are milliseconds since 1970, UTC."""

    id: str
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_LENGTH_MAX)]
    condition: str = msgspec.field(name="if")
    """In FQL."""
    actions: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1, max_length=5)]
    description: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    enabled: bool = True
    source_id: int | None = None
    """The source whose calls it concerns; None: of every source."""
    created: int = 0
    updated: int = 0
