"""Postfix's `smtp-sink`: takes every email and throws it away, fast.

It is unpacked from Debian's package, never installed.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_CACHE = Path(tempfile.gettempdir()) / "tidings-bench-postfix"


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """Run `smtp-sink` on a free loopback port and give the port."""
    root = _unpacked()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [str(root / "usr/sbin/smtp-sink"), *user, f"127.0.0.1:{port}", "1000"],
        env={"LD_LIBRARY_PATH": str(root / "usr/lib/postfix")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
                break
        yield port
    finally:
        process.terminate()
        process.wait(timeout=5)


def _unpacked() -> Path:
    """Fetch and unpack the package once."""
    if not (_CACHE / "usr/sbin/smtp-sink").exists():
        if not shutil.which("apt-get"):
            raise SystemExit("this benchmark needs Debian's postfix package: run it where apt-get and dpkg are")
        _CACHE.mkdir(parents=True, exist_ok=True)
        _CACHE.chmod(0o755)
        fetch = ["apt-get", "download", "-qq", "postfix"]
        if subprocess.run(fetch, cwd=_CACHE, check=False, capture_output=True).returncode != 0:
            subprocess.run(["apt-get", "update", "-qq"], check=True, capture_output=True)  # noqa: S607
            subprocess.run(fetch, cwd=_CACHE, check=True, capture_output=True)
        package = next(_CACHE.glob("postfix_*.deb"))
        subprocess.run(["dpkg", "-x", str(package), str(_CACHE)], check=True)  # noqa: S607
    return _CACHE
