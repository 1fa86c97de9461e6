"""Wake-ups between the processes of one machine, over Unix datagram sockets: nothing runs while nothing happens."""

import asyncio
import hashlib
import os
import secrets
import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tidings.backends.hearing import LETTERS, TOPICS, Hearing, Pace
from tidings.errors import ConfigurationError
from tidings.ports import Topic

PATH_BYTES_MAX = 100
"""The kernel takes 108 bytes for a socket's path, some systems 104, with its name."""

NAME_BYTES_MAX = 20
"""A process id, a random word, and a slash."""

PACE_S = 0.001
"""At most one round of datagrams per topic in this time; a wake within it is told when it is over."""

SETTLED_S = 0.05
"""File systems stamp folders with a clock of some milliseconds: a listing this close to a change may lack a socket."""

DATAGRAMS_MAX = 64
"""Taken in one turn of the loop. They hold no news but their topic, so more can wait for the next turn."""


class UnixWakeup:
    """`tidings.ports.Wakeup` for processes that share a data folder.

    Each process has a socket in a folder that only its user can enter. Who died without closing is found out when the
    next wake-up cannot reach its socket, and tidied away. To be used from its event loop's thread.
    """

    def __init__(self, folder: Path, listening: socket.socket, name: str) -> None:
        """Not for callers: `open` makes the socket."""
        self._folder = folder
        self._name = name
        self._socket = listening
        self._loop = asyncio.get_running_loop()
        self._hearing = Hearing()
        self._pace = Pace(self._tell, pause_s=PACE_S)
        self._others: list[str] = []
        self._listed_at_ns = -1

    @classmethod
    def open(cls, data: Path) -> "UnixWakeup":
        """Listen, together with all who open the same data folder.

        Raises `ConfigurationError` when somebody else made the folder of the sockets.
        """
        folder = _folder(data)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listening.settimeout(0)
        try:
            _bind(listening, folder, name)
        except BaseException:
            listening.close()
            raise
        wakeup = cls(folder, listening, name)
        wakeup._loop.add_reader(listening, wakeup._receive)
        return wakeup

    def wake(self, topic: Topic) -> None:
        """Wake this process at once and the others at most once a millisecond."""
        if not self._hearing.is_closed:
            self._hearing.ring(topic)
            self._pace.wake(topic)

    async def wait(self, topic: Topic, timeout_s: float) -> bool:
        """Wait until woken; what counts is what came since the last wait of this task, whoever else waits."""
        return await self._hearing.wait(topic, timeout_s)

    async def close(self) -> None:
        """Stop listening; whoever waits here returns."""
        if self._hearing.is_closed:
            return
        self._pace.close()
        self._loop.remove_reader(self._socket)
        for name in self._listing():
            self._send(b"", name)  # tidies the dead away; nobody alive is woken by nothing
        self._socket.close()
        self._hearing.close()
        with suppress(OSError):
            (self._folder / self._name).unlink()
            self._folder.rmdir()  # fails unless we were the last

    def _receive(self) -> None:
        for _ in range(DATAGRAMS_MAX):
            try:
                topic = TOPICS.get(self._socket.recv(1))
            except OSError:
                return
            if topic is not None:
                self._hearing.ring(topic)

    def _tell(self, topic: Topic) -> None:
        for name in self._listing():
            self._send(LETTERS[topic], name)

    def _send(self, letter: bytes, name: str) -> None:
        path = self._folder / name
        try:
            self._socket.sendto(letter, str(path))
        except ConnectionRefusedError:  # its process died without closing
            with suppress(OSError):
                path.unlink()
        except OSError:
            pass  # gone meanwhile, or so full of wake-ups that it will look anyway

    def _listing(self) -> list[str]:
        try:
            changed_at_ns = self._folder.stat().st_mtime_ns
            if changed_at_ns != self._listed_at_ns:
                self._others = [path.name for path in self._folder.iterdir() if path.name != self._name]
                settled = time.time_ns() - changed_at_ns > SETTLED_S * 1e9
                self._listed_at_ns = changed_at_ns if settled else -1
        except OSError:
            self._others = []
        return self._others


def _folder(data: Path) -> Path:
    # A data folder's own path may be longer than a socket's may be, so the folder is named by its hash.
    installation = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    name = f"tidings-{os.getuid()}-{installation}"
    folder = Path(tempfile.gettempdir()) / name
    fits = len(os.fsencode(folder)) + NAME_BYTES_MAX < PATH_BYTES_MAX
    return folder if fits else Path("/tmp") / name  # noqa: S108 - `_bind` uses no folder that somebody else made


def _bind(listening: socket.socket, folder: Path, name: str) -> None:
    for _ in range(10):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = folder.lstat()
        # Anybody may make folders in the temporary one. What we did not make ourselves may not be listened in.
        if made.st_uid != os.getuid() or made.st_mode & 0o170077 != 0o040000:
            raise ConfigurationError(f"{folder} must be a folder that only its user {os.getuid()} can enter; remove it")
        # The last of others to close may take the folder away just now; then it is made again.
        with suppress(FileNotFoundError):
            listening.bind(str(folder / name))
            return
    raise ConfigurationError(f"{folder} vanishes whenever it is made")
