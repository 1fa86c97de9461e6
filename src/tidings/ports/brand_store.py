"""Brands."""

from collections.abc import Sequence
from typing import Protocol

from tidings.brands import Brand, Draft
from tidings.ports.page import Page


class BrandStore(Protocol):
    """Brands of an environment. The first brand of an environment is its default, until another is made it."""

    async def create(self, brand: Brand) -> Brand:
        """Keep a new one; answers it as it is kept. Raises `Conflict` when the id is taken, `TooLarge` past 1 000."""
        ...

    async def replace(self, brand: Brand) -> Brand:
        """Replace name, settings and snippets; `created`, the draft and whether it is the default stay.

        Raises `NotFound`.
        """
        ...

    async def write_draft(self, environment_id: int, brand_id: str, draft: Draft | None) -> Brand:
        """Keep what it may become, or with None forget it. Raises `NotFound`."""
        ...

    async def publish(self, environment_id: int, brand_id: str, *, now: int) -> Brand:
        """Let it become its draft. Raises `NotFound`, and `Conflict` when there is none."""
        ...

    async def get(self, environment_id: int, brand_id: str) -> Brand:
        """Read one. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Brand]:
        """List them, oldest first."""
        ...

    async def delete(self, environment_id: int, brand_id: str) -> None:
        """Delete one. Raises `NotFound`, and `Conflict` for the default brand."""
        ...

    async def make_default(self, environment_id: int, brand_id: str, *, now: int) -> None:
        """Let it look after every message that has no other brand. Raises `NotFound`."""
        ...

    async def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Brand]:
        """Find brands by environment and id; the empty id is the default. The unknown are left out."""
        ...
