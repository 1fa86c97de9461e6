"""How far attempts have come, in files of this machine: each worker adds lines to its own, and reads everybody's.

A line is written without waiting for the disk: it is in the machine's memory then, whatever becomes of the process.
What a provider answered is a fact, wherever and whenever it is read. That an attempt was *begun* and not handed over is
one only once its worker is dead, and only if none of its lines was lost: see `Liveness`.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import structlog

from tidings.backends.files.liveness import Liveness
from tidings.messages import Attempt, Outcome, RetryLater

FILE_BYTES_MAX = 256 * 1024
"""Then another file is begun, and the one before the last goes: two hold far more than a worker has under way."""
FILES_MAX = 64
"""What workers leave that were killed; the oldest go first."""
KNOWN_MAX = 100_000
NOT_HANDED = RetryLater("the worker was cut off before it was handed over")

log = structlog.get_logger()

Fact = Literal["begun", "handed"] | Outcome


class Landed(NamedTuple):
    """One line."""

    environment_id: int
    message_id: str
    number: int
    started: int
    fact: Fact


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Landed)
Key = tuple[int, str, int, int]


class LandedFiles:
    """The port `Landings`."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._name = worker.replace("/", "_")
        self._alive = Liveness(folder)
        self._marks = True
        """Whether it is noted what is begun and handed over: both, or neither from then on."""
        self._turns = 0
        self._file: int | None = None
        self._size = 0
        self._fails = False
        self._known: dict[Key, tuple[Fact, str]] = {}
        """What is known, and from whose file."""
        self._read_to: dict[str, int] = {}
        """How far each file was read; no two have one name."""

    def begun(self, attempts: Sequence[Attempt]) -> None:
        """Add a line for each."""
        if not self._marks:
            return
        with contextlib.suppress(OSError):
            self._alive.begin(self._name)
            if not self._write(b"".join(_line(attempt, "begun") for attempt in attempts)):
                self._unmark()

    def handed(self, attempt: Attempt) -> None:
        """Add a line; else let nobody believe those of this worker any more."""
        if self._alive.is_told and not (self._marks and self._write(_line(attempt, "handed"))):
            self._unmark()

    def note(self, attempt: Attempt, outcome: Outcome) -> None:
        """Add a line."""
        self._write(_line(attempt, outcome))

    def of(self, attempt: Attempt) -> Outcome | None:
        """Read what is new, and look it up; once its worker is dead, nothing more can come."""
        fact, name = self._look(attempt)
        if fact == "begun" and self._alive.is_dead(name):
            fact, _ = self._look(attempt)
            return NOT_HANDED if fact == "begun" else None if isinstance(fact, str) else fact
        return None if isinstance(fact, str) else fact

    def forget(self) -> None:
        """Remove this worker's files."""
        self._shut()
        for number in (self._turns - 1, self._turns):
            with contextlib.suppress(OSError):
                self._path(number).unlink()
        with contextlib.suppress(OSError):
            self._alive.end(self._name)

    def _unmark(self) -> None:
        self._marks = False
        self._alive.end(self._name)

    def _write(self, line: bytes) -> bool:
        try:
            if self._file is None or self._size + len(line) > FILE_BYTES_MAX:
                self._file = self._another()
            written = os.write(self._file, line)
            self._size += written
            self._fails = written < len(line)
        except OSError as error:
            if not self._fails:
                log.warning("landings.unwritten", error=type(error).__name__)
            self._fails = True
            self._shut()
        return not self._fails

    def _another(self) -> int:
        self._shut()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._turns:
            for old in sorted(self._folder.glob("*.jsonl"), key=_changed)[: -FILES_MAX + 1]:
                old.unlink(missing_ok=True)
            self._alive.tidy({_worker_of(path) for path in self._folder.glob("*.jsonl")} | {self._name})
        self._turns += 1
        self._path(self._turns - 2).unlink(missing_ok=True)  # the older goes first: what is begun before what is handed
        return os.open(self._path(self._turns), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number}.jsonl"

    def _shut(self) -> None:
        file, self._file, self._size = self._file, None, 0
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)

    def _look(self, attempt: Attempt) -> tuple[Fact | None, str]:
        with contextlib.suppress(OSError):
            self._read()
        return self._known.get(_key(attempt), (None, ""))

    def _read(self) -> None:
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
            self._read_to.clear()
        for path in self._folder.glob("*.jsonl"):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                begin = file.seek(self._read_to.get(path.name, 0))
                whole, end, _ = file.read(2 * FILE_BYTES_MAX).rpartition(b"\n")
                self._read_to[path.name] = begin + len(whole) + len(end)
                for key, fact in _lines(whole):
                    known = self._known.get(key)
                    if known is None or _rank(fact) >= _rank(known[0]):  # files are read in any order
                        self._known[key] = (fact, _worker_of(path))


def _lines(whole: bytes) -> Iterator[tuple[Key, Fact]]:
    for line in whole.splitlines():
        with contextlib.suppress(msgspec.MsgspecError):  # one that was cut off says nothing
            landed = _decoder.decode(line)
            yield landed[:4], landed.fact


def _line(attempt: Attempt, fact: Fact) -> bytes:
    return _encode(Landed(*_key(attempt), fact)) + b"\n"


def _key(attempt: Attempt) -> Key:
    """Name an attempt; by its start it is told from one of the same number, where older state was put back."""
    return attempt.environment_id, attempt.message_id, attempt.number, attempt.started


def _rank(fact: Fact) -> int:
    return ("begun", "handed").index(fact) if isinstance(fact, str) else 2


def _worker_of(path: Path) -> str:
    return path.name.rsplit(".", 2)[0]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
