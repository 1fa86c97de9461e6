"""How the command line answers: one line, and an exit code that says what kind of failure it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.cli.main import main

SOURCE = str(Path(__file__).parents[3] / "src")


def run(*words: str) -> int:
    """Run a command line in this process; give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the machine reach these tests."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("TIDINGS_")]:
        monkeypatch.delenv(name)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`tidings --help` names all commands and exits 0."""
    assert run("--help") == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in ("serve", "doctor", "keys", "events", "send", "outbox"))


def test_help_loads_no_command() -> None:
    """Asking for help loads the parser and nothing of the house."""
    code = "import sys, tidings.cli.root as r; r.run(['--help']); print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"tidings.app", "sqlalchemy", "litestar", "rich", "msgspec"} & set(done.stdout.split())


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nonsense"], ["serve", "--port", "x"], ["serve", "more"]])
def test_a_wrong_command_line_is_said_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be parsed ends with exit code 2, one line, and where to read more."""
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--help" in said


def test_a_wrong_setting_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that is wrong ends with exit code 78 and names the setting and its value."""
    assert run("serve", "--port", "70000") == 78
    assert capsys.readouterr().err == "tidings: port must be 0 to 65535, got 70000\n"


def test_debug_shows_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """`--debug` adds the traceback, before the line."""
    assert run("--debug", "serve", "--port", "70000") == 78
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith("tidings: port must be 0 to 65535, got 70000\n")


def test_a_port_in_use_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that someone else has ends `serve` at once, with exit code 1 and what to do."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert run("serve", "--port", str(port)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
