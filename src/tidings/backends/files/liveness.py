"""Whether a process of this machine lives, told by a file that it holds locked.

A process is dead when the machine has not been started since the file was made, the file is the very one (a copy of the
folder is none), and nobody holds its lock. Then all that the process wrote is there to be read.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection
from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Liveness:
    """The files of a folder: one for each process that told its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: int | None = None

    @property
    def is_told(self) -> bool:
        """Whether this process told that it lives, and did not take it back."""
        return self._held is not None

    def begin(self, name: str) -> None:
        """Tell that this process lives. Telling it again does nothing. Raises `OSError`."""
        if self._held is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(held, _mark(held))
        except OSError:
            os.close(held)
            raise
        self._held = held

    def end(self, name: str) -> None:
        """Let nobody take this process for dead. Raises `OSError` when the file cannot be removed."""
        self._path(name).unlink(missing_ok=True)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def is_dead(self, name: str) -> bool:
        """Tell whether that is sure."""
        with contextlib.suppress(OSError), self._path(name).open("rb") as file:
            if not _boot_id() or file.read() != _mark(file.fileno()):
                return False
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        return False

    def tidy(self, names: Collection[str]) -> None:
        """Remove the files of all others that are dead."""
        for path in self._folder.glob("*.alive"):
            if path.stem not in names and self.is_dead(path.stem):
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.alive"


def _mark(file: int) -> bytes:
    stat = os.fstat(file)
    return f"{_boot_id()} {stat.st_dev} {stat.st_ino}".encode()


@cache
def _boot_id() -> str:
    """Name this start of the machine; empty where it has no name."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
