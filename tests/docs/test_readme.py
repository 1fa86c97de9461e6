"""The README's example, as it stands there, against a server started as it says."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIDINGS = [sys.executable, "-m", "tidings"]


class Served:
    """A running server, and what its banner says."""

    def __init__(self, process: subprocess.Popen[str], environ: dict[str, str]) -> None:
        self.process = process
        self.environ = environ
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "tidings outbox list" in line:
                break
        self.banner = "".join(lines)
        self.url = self._said(r"ready at (\S+)")
        self.keys = {
            "TIDINGS_WRITE_KEY": self._said(r"Write key +(\S+)"),
            "TIDINGS_API_KEY": self._said(r"API key +(\S+)"),
        }

    def _said(self, pattern: str) -> str:
        found = re.search(pattern, self.banner)
        assert found, self.banner
        return found[1]

    def tidings(self, *arguments: str) -> list[dict[str, object]]:
        """Run a command beside the server; give the items that it prints."""
        done = subprocess.run(  # noqa: S603 our own program
            [*TIDINGS, *arguments, "--json"], env=self.environ, capture_output=True, text=True, check=True, timeout=60
        )
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Start a server with nothing but a free port and an empty folder."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")}
    environ |= {"TIDINGS_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(  # noqa: S603 our own program
        [*TIDINGS, "serve", "--port", "0"], env=environ, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Served(process, environ)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        if process.stdout:
            process.stdout.close()


def example() -> str:
    """Take the one Python example out of the README."""
    (code,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    return str(code)


@pytest.mark.e2e
def test_the_example_ends_in_the_outbox(served: Served) -> None:
    """The README's example, run as it stands, leaves one mail in the outbox, with the user's name and the order."""
    code = example().replace("http://127.0.0.1:8000", served.url)
    subprocess.run([sys.executable, "-c", code], env={**served.environ, **served.keys}, check=True, timeout=60)  # noqa: S603
    deadline = time.monotonic() + 30
    while not (kept := served.tidings("outbox", "list")):
        assert time.monotonic() < deadline, served.tidings("messages", "list")
    (mail,) = kept
    assert (mail["subject"], mail["recipient"]) == ("Thanks, Ann", "ann@example.com")
    (shown,) = served.tidings("outbox", "show", str(mail["message"]))
    assert "Order 42 left." in json.dumps(shown)


def test_the_example_is_short() -> None:
    """Ten statements show the whole way from a call to a notification."""
    statements = [line for line in example().splitlines() if line and not line.startswith(("import", "from"))]
    assert len(statements) == 10
