"""Files in a bucket: imported only where one is named, since Arrow takes memory and time to load."""

import asyncio
from pathlib import PurePosixPath

from pyarrow import ArrowException, fs

from tidings.errors import ConfigurationError, NotFound, Unavailable


class BucketFiles:
    """Files of an object store, which writes each of them whole or not at all."""

    def __init__(self, url: str) -> None:
        """`url`: such as `s3://bucket/path?region=eu-central-1`, `gs://…`. Raises `ConfigurationError`."""
        try:
            self._files, self._root = fs.FileSystem.from_uri(url)
        except (ArrowException, OSError, ValueError) as error:
            raise ConfigurationError(f"assets must be a folder, or a URL such as s3://bucket/path: {error}") from error

    async def write(self, path: str, content: bytes) -> None:
        """Put it there."""
        await asyncio.to_thread(self._write, self._full(path), content)

    async def read(self, path: str) -> bytes:
        """Read it whole."""
        return await asyncio.to_thread(self._read, self._full(path))

    async def remove(self, path: str) -> None:
        """Remove it, if it is there."""
        await asyncio.to_thread(self._remove, self._full(path))

    def _full(self, path: str) -> str:
        return str(PurePosixPath(self._root) / path)

    def _write(self, full: str, content: bytes) -> None:
        try:
            self._files.create_dir(str(PurePosixPath(full).parent), recursive=True)
            with self._files.open_output_stream(full) as stream:
                stream.write(content)
        except (OSError, ArrowException) as error:
            raise _away(error) from error

    def _read(self, full: str) -> bytes:
        try:
            with self._files.open_input_file(full) as stream:
                content: bytes = stream.read()
                return content
        except FileNotFoundError:
            raise NotFound("Not Found") from None
        except (OSError, ArrowException) as error:
            raise _away(error) from error

    def _remove(self, full: str) -> None:
        try:
            self._files.delete_file(full)
        except FileNotFoundError:
            return
        except (OSError, ArrowException) as error:
            if self._files.get_file_info(full).type != fs.FileType.NotFound:
                raise _away(error) from error


def _away(error: Exception) -> Unavailable:
    reason = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
    return Unavailable(f"the bucket of pictures cannot be used now: {reason}", retry_after_s=10)
