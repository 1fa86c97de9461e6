"""Which pictures there are."""

from typing import Protocol

from tidings.assets import Asset
from tidings.ports.page import Page


class AssetStore(Protocol):
    """What is known of pictures."""

    async def add(self, asset: Asset) -> Asset:
        """Note one, whose file is written; one of that id stands as it was, and is answered.

        Raises `TooLarge` past 10 000 of an environment.
        """
        ...

    async def find(self, asset_id: str) -> Asset:
        """Read one of any environment: whoever knows the id may see it. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Asset]:
        """List an environment's, newest first. Raises `InvalidInput` for a cursor that is none of ours."""
        ...

    async def delete(self, environment_id: int, asset_id: str) -> Asset:
        """Strike one off, and tell what it was. Raises `NotFound`."""
        ...
