"""Where the archive's files lie: a folder of this machine, or an object store."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from pyarrow import ArrowException, fs

from tidings.errors import ConfigurationError, Unavailable

Produce = Callable[[Any], int]
"""Writes to an open file; tells how many rows it wrote."""


class Folder:
    """Files by their path in the archive.

    A file appears whole or not at all. Raises `Unavailable` for whatever the store cannot do now.
    """

    def __init__(self, place: str) -> None:
        """`place`: a folder, or a URL such as `s3://bucket/path?region=eu-central-1`, `gs://…`, `abfs://…`.

        Raises `ConfigurationError` for what is neither.
        """
        try:
            if "://" in place:
                self.files, self._root = fs.FileSystem.from_uri(place)
            else:
                self.files, self._root = fs.LocalFileSystem(), str(Path(place).resolve())
        except (ArrowException, OSError, ValueError) as error:
            raise ConfigurationError(f"archive must be a folder, or a URL such as s3://bucket/path: {error}") from error
        self._is_local = isinstance(self.files, fs.LocalFileSystem)

    def full(self, path: str) -> str:
        """Name a file as the store does."""
        return str(PurePosixPath(self._root) / path)

    def write(self, path: str, produce: Produce) -> tuple[int, int]:
        """Write a file, durably; tell its rows and bytes. With no rows there is no file."""
        full = self.full(path)
        try:
            return _write_local(Path(full), produce) if self._is_local else self._write_far(full, produce)
        except (OSError, ArrowException) as error:
            raise _away(error) from error

    def _write_far(self, full: str, produce: Produce) -> tuple[int, int]:
        with self.files.open_output_stream(full) as stream:
            rows = produce(stream)
            size = stream.tell()
        if not rows:
            self.files.delete_file(full)
        return rows, size if rows else 0

    def open(self, path: str) -> Any:
        """Open a file to read."""
        try:
            return self.files.open_input_file(self.full(path))
        except (OSError, ArrowException) as error:
            raise _away(error) from error

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        try:
            self.files.delete_file(self.full(path))
        except FileNotFoundError:
            return
        except (OSError, ArrowException) as error:
            if self.files.get_file_info(self.full(path)).type != fs.FileType.NotFound:
                raise _away(error) from error


def _write_local(path: Path, produce: Produce) -> tuple[int, int]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")  # mode 0600; readers leave such names alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            rows = produce(file)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        if rows:
            Path(draft).replace(path)
            _sync(path.parent)
        return rows, size if rows else 0
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)  # noqa: PTH108 mkstemp speaks in strings


def _sync(folder: Path) -> None:
    """Make a new name as durable as the file: of the folder, and of those that may be new above it."""
    for each in (folder, folder.parent, folder.parent.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _away(error: Exception) -> Unavailable:
    reason = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
    return Unavailable(f"the archive cannot be used now: {reason}", retry_after_s=10)
