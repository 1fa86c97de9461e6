"""What providers answered, in files of this machine: each worker adds lines to its own, and reads everybody's.

A line is written as the answer comes, without waiting for the disk: it is in the machine's memory then, whatever
becomes of the process. A line is a fact about one attempt, so it never grows wrong, wherever the file is read.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from tidings.messages import Attempt, Outcome

FILE_BYTES_MAX = 256 * 1024
"""Then another file is begun, and the one before the last goes: two hold far more than a worker has under way."""
FILES_MAX = 64
"""What workers leave that were killed; the oldest go first."""
KNOWN_MAX = 100_000

log = structlog.get_logger()


class Landed(NamedTuple):
    """One line."""

    environment_id: int
    message_id: str
    number: int
    started: int
    outcome: Outcome


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Landed)


class LandedFiles:
    """The port `Landings`."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._name = worker.replace("/", "_")
        self._turns = 0
        self._file: int | None = None
        self._size = 0
        self._fails = False
        self._known: dict[tuple[object, ...], Outcome] = {}
        self._read_to: dict[str, int] = {}
        """How far each file was read; no two have one name."""

    def note(self, attempt: Attempt, outcome: Outcome) -> None:
        """Add a line."""
        line = _encode(Landed(*_key(attempt), outcome)) + b"\n"
        try:
            if self._file is None or self._size + len(line) > FILE_BYTES_MAX:
                self._file = self._another()
            self._size += os.write(self._file, line)
            self._fails = False
        except OSError as error:
            if not self._fails:
                log.warning("landings.unwritten", error=type(error).__name__)
            self._fails = True
            self._shut()

    def of(self, attempt: Attempt) -> Outcome | None:
        """Read what is new, and look it up."""
        with contextlib.suppress(OSError):
            self._read()
        return self._known.get(_key(attempt))

    def forget(self) -> None:
        """Remove this worker's files."""
        self._shut()
        for number in (self._turns - 1, self._turns):
            with contextlib.suppress(OSError):
                self._path(number).unlink()

    def _another(self) -> int:
        self._shut()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._turns:
            for old in sorted(self._folder.glob("*.jsonl"), key=_changed)[: -FILES_MAX + 1]:
                old.unlink(missing_ok=True)
        self._turns += 1
        self._path(self._turns - 2).unlink(missing_ok=True)
        return os.open(self._path(self._turns), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number}.jsonl"

    def _shut(self) -> None:
        file, self._file, self._size = self._file, None, 0
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _read(self) -> None:
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
            self._read_to.clear()
        for path in self._folder.glob("*.jsonl"):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                begin = file.seek(self._read_to.get(path.name, 0))
                whole, end, _ = file.read(2 * FILE_BYTES_MAX).rpartition(b"\n")
                self._read_to[path.name] = begin + len(whole) + len(end)
                self._known.update(_lines(whole))


def _lines(whole: bytes) -> Iterator[tuple[tuple[object, ...], Outcome]]:
    for line in whole.splitlines():
        with contextlib.suppress(msgspec.MsgspecError):  # one that was cut off says nothing
            landed = _decoder.decode(line)
            yield landed[:4], landed.outcome


def _key(attempt: Attempt) -> tuple[int, str, int, int]:
    """Name an attempt; by its start it is told from one of the same number, where older state was put back."""
    return attempt.environment_id, attempt.message_id, attempt.number, attempt.started


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
