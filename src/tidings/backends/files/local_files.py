"""Files in a folder of this machine."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path

from tidings.errors import NotFound, Unavailable


class LocalFiles:
    """A file appears whole and durable, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, path: str, content: bytes) -> None:
        """Write beside it, then rename."""
        await asyncio.to_thread(self._write, path, content)

    async def read(self, path: str) -> bytes:
        """Read it whole."""
        try:
            return await asyncio.to_thread((self._folder / path).read_bytes)
        except FileNotFoundError:
            raise NotFound("Not Found") from None
        except OSError as error:
            raise _away(error) from error

    async def remove(self, path: str) -> None:
        """Remove it, if it is there."""
        try:
            await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)
        except OSError as error:
            raise _away(error) from error

    def _write(self, path: str, content: bytes) -> None:
        place = self._folder / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=".")  # mode 0600
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(place)
                _sync(place.parent)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(draft)  # noqa: PTH108 mkstemp speaks in strings
        except OSError as error:
            raise _away(error) from error


def _sync(folder: Path) -> None:
    """Make a new name as durable as the file: of the folder, and of the one that may be new above it."""
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _away(error: OSError) -> Unavailable:
    return Unavailable(f"the folder of pictures cannot be used now: {error.strerror or type(error).__name__}")
