"""Keeps the processes of one installation running: starts them, restarts the dead, stops them all.

One thread, no event loop, few imports: this process lives as long as the installation and should cost nothing.
"""

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

import msgspec

from tidings.cli.exits import FAILED, MISCONFIGURED, OK
from tidings.cli.leash import SUPERVISED

_MESSAGE_BYTES_MAX = 65_536
_STOPS = (signal.SIGTERM, signal.SIGINT)


class Role(msgspec.Struct, frozen=True):
    """What a child is: its name in the log, and the command line that plays it."""

    name: str
    command: tuple[str, ...]


class Pace(msgspec.Struct, frozen=True):
    """How patient the supervisor is, in seconds."""

    backoff_first_s: float = 0.1
    backoff_max_s: float = 10
    """The wait doubles from the first to this."""
    healthy_s: float = 30
    """Whoever lived that long starts again with the first wait."""
    stop_s: float = 30
    """Whoever has not stopped by then is killed."""
    misconfigured_max: int = 5
    """So many deaths in a row by `MISCONFIGURED` end everything: waiting will not mend a setting."""


Log = Callable[..., None]
Hear = Callable[[str, Mapping[str, Any]], None]


class _Child:
    """A role and the process that plays it now."""

    def __init__(self, role: Role, pace: Pace) -> None:
        self.role = role
        self.running: subprocess.Popen[bytes] | None = None
        self.due_at = 0.0
        self.lives = 0
        self.misconfigured = 0
        self.exit_code: int | None = None
        self.error = ""
        self._pace = pace
        self._backoff_s = pace.backoff_first_s
        self._started_at = 0.0
        self._said = b""

    def start(self, environ: Mapping[str, str]) -> IO[bytes]:
        """Begin a life; returns where the child will say that it is ready."""
        life = "again" if self.lives else "first"
        self.running = subprocess.Popen(  # noqa: S603 our own interpreter and module
            self.role.command,
            env={**environ, SUPERVISED: life},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C in the terminal reaches the parent alone, which then stops everyone once
        )
        self.lives += 1
        self._started_at = time.monotonic()
        self._said = b""
        assert self.running.stdout is not None  # noqa: S101 a pipe was asked for above
        os.set_blocking(self.running.stdout.fileno(), False)
        return self.running.stdout

    def hear(self) -> list[Mapping[str, Any]] | None:
        """Read what the child says: the messages that are whole by now. None when the pipe has ended."""
        assert self.running is not None  # noqa: S101 only the living are heard
        assert self.running.stdout is not None  # noqa: S101 a pipe was asked for
        chunk = os.read(self.running.stdout.fileno(), _MESSAGE_BYTES_MAX)
        if not chunk:
            return None
        *lines, rest = (self._said + chunk).split(b"\n")
        self._said = rest[:_MESSAGE_BYTES_MAX]
        return [json.loads(line) for line in lines]

    def bury(self) -> None:
        """Note the death and when the next life may begin."""
        assert self.running is not None  # noqa: S101 only the dead are buried
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe is not None:
                pipe.close()
        self.exit_code = self.running.returncode
        self.running = None
        self.misconfigured = self.misconfigured + 1 if self.exit_code == MISCONFIGURED else 0
        if time.monotonic() - self._started_at >= self._pace.healthy_s:
            self._backoff_s = self._pace.backoff_first_s
        self.due_at = time.monotonic() + self._backoff_s
        self._backoff_s = min(self._backoff_s * 2, self._pace.backoff_max_s)


class Supervisor:
    """Runs until a signal asks it to stop, or until a child says again and again that a setting is wrong.

    `environ` is what children get, read anew for each life. `hear` is told what a child says when it is ready, and
    `buried` the process id of each dead child.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        *,
        environ: MutableMapping[str, str],
        hear: Hear,
        buried: Callable[[int], None],
        log: Log,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._children = [_Child(role, self._pace) for role in roles]
        self._environ = environ
        self._hear = hear
        self._buried = buried
        self._log = log
        self._selector = selectors.DefaultSelector()
        self._stops_asked = 0

    def run(self) -> tuple[int, str]:
        """Supervise. Returns the exit code, and the error to show, if any."""
        with self._signals():
            while not self._stops_asked:
                self._start_due()
                self._wait(self._next_due_s())
                self._bury_dead()
                for child in self._children:
                    if child.misconfigured >= self._pace.misconfigured_max:
                        self._stop()
                        return MISCONFIGURED, child.error
            return self._stop(), ""

    def _start_due(self) -> None:
        for child in self._children:
            if child.running is None and child.due_at <= time.monotonic():
                if child.lives:
                    why = {"reason": child.error} if child.misconfigured == 1 else {}
                    self._log("process.restarted", process=child.role.name, exit_code=child.exit_code, **why)
                self._selector.register(child.start(self._environ), selectors.EVENT_READ, child)

    def _next_due_s(self) -> float | None:
        due = [child.due_at for child in self._children if child.running is None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _wait(self, timeout_s: float | None) -> None:
        for key, _ in self._selector.select(timeout_s):
            if isinstance(key.data, _Child):
                self._listen(key.data)
            else:
                caught = os.read(key.fd, 4096)
                self._stops_asked += sum(caught.count(stop) for stop in _STOPS)

    def _listen(self, child: _Child) -> bool:
        """Hear a child out; False when it will say no more."""
        assert child.running is not None  # noqa: S101 its pipe is in the selector
        assert child.running.stdout is not None  # noqa: S101
        messages = child.hear()
        if messages is None:
            self._selector.unregister(child.running.stdout)
            return False
        for message in messages:
            if "error" in message:
                child.error = str(message["error"])
            else:
                self._hear(child.role.name, message)
        return True

    def _bury_dead(self) -> None:
        for child in self._children:
            if child.running is None or child.running.poll() is None:
                continue
            self._hear_last_words(child)
            pid = child.running.pid
            child.bury()
            self._buried(pid)

    def _hear_last_words(self, child: _Child) -> None:
        assert child.running is not None  # noqa: S101 not buried yet
        assert child.running.stdout is not None  # noqa: S101 a pipe was asked for
        if child.running.stdout not in {key.fileobj for key in self._selector.get_map().values()}:
            return
        try:
            while self._listen(child):
                pass
        except BlockingIOError:  # something that the child started holds the pipe still
            self._selector.unregister(child.running.stdout)

    def _stop(self) -> int:
        """Ask all to stop and wait; whoever does not is killed, at once when a second signal comes."""
        living = [child for child in self._children if child.running is not None]
        for child in living:
            _send(child, signal.SIGTERM)
        until = time.monotonic() + self._pace.stop_s
        asked = self._stops_asked
        while self._living() and time.monotonic() < until and self._stops_asked == asked:
            self._wait(until - time.monotonic())
            self._bury_dead()
        stubborn = self._living()
        for child in stubborn:
            self._log("process.killed", process=child.role.name)
            _send(child, signal.SIGKILL)
            if child.running is not None:
                child.running.wait()
        self._bury_dead()
        return FAILED if stubborn else OK

    def _living(self) -> list[_Child]:
        return [child for child in self._children if child.running is not None]

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn the signals we care about into bytes that the selector sees."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        caught = (*_STOPS, signal.SIGCHLD)
        before = {number: signal.signal(number, _ignore) for number in caught}
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._selector.register(reader, selectors.EVENT_READ, None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, previous in before.items():
                # Who was asked to stop is on the way out: one more signal must not change what the exit code says.
                is_done = number in _STOPS and self._stops_asked
                signal.signal(number, signal.SIG_IGN if is_done else previous)
            self._selector.close()
            os.close(reader)
            os.close(writer)


def _send(child: _Child, number: signal.Signals) -> None:
    if child.running is not None:
        child.running.send_signal(number)


def _ignore(_number: int, _frame: object) -> None:
    """The wakeup pipe has it already."""
