"""Where an installation lives: so that a copy of it notices that it is one, and sends nothing twice."""

import os
from pathlib import Path

import msgspec

from tidings.ports import Hold, InstallationStore

_MACHINE_ID = Path("/etc/machine-id")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_MOUNTS = Path("/proc/self/mountinfo")


class Home(msgspec.Struct, frozen=True):
    """What stays the same when a process, a container or a machine starts again, and differs when files were copied.

    Device numbers are no part of it: they change when a machine starts again.
    """

    folder: str
    file: int
    """The inode of the state's file: every copy has its own. 0 where the file system makes them up."""
    machine: str
    """Empty where it is not known, as in containers: they have a new one, or their image's, with each version."""

    @property
    def text(self) -> str:
        """What is kept."""
        return msgspec.json.encode(self).decode()


def home_of(state: Path) -> Home:
    """Look where a state file lives. It must exist."""
    in_container = any(mark.exists() for mark in _CONTAINER_MARKS) or "KUBERNETES_SERVICE_HOST" in os.environ
    try:
        machine = "" if in_container else _MACHINE_ID.read_text().strip()
    except OSError:
        machine = ""
    return Home(str(state.parent.resolve()), 0 if _makes_inodes_up(state) else state.stat().st_ino, machine)


async def find_home(store: InstallationStore, state: Path) -> Home:
    """Look where an installation lives: in a server's database, or in a file."""
    server = await store.server()
    return home_of(state) if server is None else Home(f"the database {server[0]}", server[1], server[2])


async def move_in(store: InstallationStore, home: Home, *, now: int) -> Hold | None:
    """See whether the installation still lives where it did; one that was copied is held. Gives the hold, if any."""
    for _ in range(3):  # several workers may start at once
        before = await store.home()
        if before == home.text:
            break
        because = differs(msgspec.json.decode(before, type=Home), home) if before else ""
        if await store.move_in(home.text, instead_of=before, held_because=because, now=now):
            break
    return await store.hold()


def differs(before: Home, now: Home) -> str:
    """Say why this is a copy, or moved; empty when it is neither."""
    if before.machine and now.machine and before.machine != now.machine:
        return f"it was copied here from another machine, where it lived in {before.folder}"
    if before.file and now.file and before.file != now.file:
        return f"its files are copies; the original lives, or lived, in {before.folder}"
    if before.folder != now.folder:
        return f"it lived in {before.folder} before; was it moved, or is this a snapshot?"
    return ""


def _makes_inodes_up(path: Path) -> bool:
    """Tell whether the file system is one of those that number files anew whenever they are mounted."""
    try:
        device = path.stat().st_dev
        number = f"{os.major(device)}:{os.minor(device)}"
        for line in _MOUNTS.read_text().splitlines():
            fields = line.split()
            if fields[2] == number:
                return fields[fields.index("-") + 1].startswith("fuse")
    except (OSError, ValueError, IndexError):
        pass
    return False
