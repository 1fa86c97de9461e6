"""A disk of its own that is small enough to be filled: a file system in memory, where the machine lets us make one."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

_BALLAST = ".ballast"
_CHUNK = bytes(1 << 16)


class Disk:
    """A mounted folder."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / _BALLAST

    def fill(self) -> None:
        """Take all the room that is left."""
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while file.write(_CHUNK):
                pass

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path, *, mib: int) -> Iterator[Disk | None]:
    """Mount a disk at a folder for a while; None where we may not (that takes root's rights and Linux)."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755", "tidings-faults", str(folder))
    try:
        yield Disk(folder) if mounted else None
    finally:
        if mounted:
            _run("umount", "-l", str(folder))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0  # noqa: S603
    except OSError:
        return False
