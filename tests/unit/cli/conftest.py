"""What tests of commands share: a real installation in an empty folder."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tidings.cli.main import main


@pytest.fixture
def tidings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with `--json` in an empty folder; give its exit code and the items that it printed."""
    for name in [name for name in os.environ if name.startswith("TIDINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, list[Any]]:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        return int(ended.value.code or 0), [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run
