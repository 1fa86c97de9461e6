"""What `tidings serve` does: starts the two processes, says when they are ready, cleans up behind them."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tidings.cli.banner import banner
from tidings.cli.exits import FAILED
from tidings.cli.supervisor import Role, Supervisor
from tidings.config import Config

_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def serve(config: Config, given: Mapping[str, Any]) -> int:
    """Run the API and a worker until a signal says stop; `given` are the settings of the command line."""
    if problem := busy(config.host, config.port):
        print(f"tidings: {problem}", file=sys.stderr)
        return FAILED
    metrics = tempfile.mkdtemp(prefix="tidings-metrics-")
    try:
        return _Serving(config, given, metrics).run()
    finally:
        shutil.rmtree(metrics, ignore_errors=True)


def busy(host: str, port: int) -> str:
    """Say what keeps us from listening there; empty when nothing does."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        return f"cannot listen on {host}:{port} ({error.strerror}): stop what is there, or choose another with --port"
    return ""


class _Serving:
    """What the supervisor is told about our two processes."""

    def __init__(self, config: Config, given: Mapping[str, Any], metrics: str) -> None:
        self._config = config
        self._metrics = metrics
        settings = {f"TIDINGS_{name.upper()}": str(value) for name, value in given.items() if value is not None}
        self._environ = {**os.environ, **settings, _METRICS: metrics}
        self._heard: dict[str, Mapping[str, Any]] = {}

    def run(self) -> int:
        command = (sys.executable, "-m", "tidings")
        code, error = Supervisor(
            [Role(name, (*command, name)) for name in ("api", "worker")],
            environ=self._environ,
            hear=self._hear,
            buried=self._buried,
            log=self._log,
        ).run()
        if error:
            print(f"tidings: {error}", file=sys.stderr)
        return code

    def _hear(self, name: str, message: Mapping[str, Any]) -> None:
        if name == "api":
            self._environ["TIDINGS_PORT"] = str(message["port"])  # a restarted API listens where the first one did
        news = name not in self._heard
        self._heard[name] = message
        if news and {"api", "worker"} <= self._heard.keys():
            print(banner(self._heard["api"]), flush=True)

    def _buried(self, pid: int) -> None:
        """Take the dead process's gauges out of the metrics; its counters stay."""
        if any(Path(self._metrics).glob(f"gauge_live*_{pid}.db")):
            from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 the parent stays light

            mark_process_dead(pid, self._metrics)  # type: ignore[no-untyped-call]  # the library has no types here

    def _log(self, event: str, **facts: Any) -> None:
        import structlog  # noqa: PLC0415 the parent stays light while it has nothing to say

        from tidings.telemetry import configure_logging  # noqa: PLC0415 as above

        configure_logging(self._config.log_format, self._config.log_level)
        structlog.get_logger().warning(event, **facts)
