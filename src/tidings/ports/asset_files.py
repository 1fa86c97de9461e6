"""Where pictures lie."""

from typing import Protocol


class AssetFiles(Protocol):
    """Files by their path. Raises `Unavailable` for whatever the place cannot do now."""

    async def write(self, path: str, content: bytes) -> None:
        """Write a file, durably, as a whole or not at all; one of that name is replaced."""
        ...

    async def read(self, path: str) -> bytes:
        """Read a file. Raises `NotFound`."""
        ...

    async def remove(self, path: str) -> None:
        """Remove a file; one that is not there is no fault."""
        ...
