"""The supervisor, with small real processes for children."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = str(Path(__file__).parents[3] / "src")

PARENT = """
import json, os, sys
from tidings.cli.supervisor import Pace, Role, Supervisor
def say(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)
def hear(name, message):
    say("heard", **message)
roles = [Role(name, (sys.executable, "-c", code)) for name, code in zip("ab", sys.argv[1:])]
pace = Pace(backoff_first_s=0.01, backoff_max_s=0.02, stop_s=float(os.environ.get("STOP_S", "10")))
supervisor = Supervisor(roles, environ=dict(os.environ), hear=hear, buried=lambda pid: None, log=say, pace=pace)
code, error = supervisor.run()
say("ended", error=error)
sys.exit(code)
"""
CHILD = """
import os, signal, time
from tidings.cli.leash import Leash
leash = Leash.take()
leash.say({"pid": os.getpid(), "first": leash.is_first})
"""
LIVES_ON = CHILD + "time.sleep(60)\n"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LIVES_ON
MISCONFIGURED = CHILD + "leash.say({'error': 'port must be 0 to 65535'})\nraise SystemExit(78)\n"

Parent = subprocess.Popen[str]


@pytest.fixture
def start() -> Iterator[Callable[..., Parent]]:
    """Start supervisors; what still runs at the end is killed, and its children end with it."""
    running: list[Parent] = []

    def begin(*children: str, **environ: str) -> Parent:
        parent = subprocess.Popen(  # noqa: S603 our own interpreter
            [sys.executable, "-c", PARENT, *children],
            env={**os.environ, "PYTHONPATH": SOURCE, **environ},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(parent)
        return parent

    yield begin
    for parent in running:
        parent.kill()
        parent.wait()
        if parent.stdout:
            parent.stdout.close()


def heard(parent: Parent, event: str = "heard") -> dict[str, Any]:
    """Read lines until such an event; give its facts."""
    assert parent.stdout
    for line in parent.stdout:
        facts: dict[str, Any] = json.loads(line)
        if facts["event"] == event:
            return facts
    pytest.fail("the supervisor ended")


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for_end(pid: int) -> None:
    """Wait until a process is gone."""
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.01)


def test_a_stop_is_passed_on_and_ends_clean(start: Callable[..., Parent]) -> None:
    """SIGTERM to the parent ends both children, and the parent exits 0."""
    parent = start(LIVES_ON, LIVES_ON)
    pids = [heard(parent)["pid"], heard(parent)["pid"]]
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(20) == 0
    assert not any(map(is_alive, pids))


def test_the_dead_are_restarted(start: Callable[..., Parent]) -> None:
    """A killed child comes back, knows that it is not its first life, and the restart is logged with the exit code."""
    parent = start(LIVES_ON)
    first = heard(parent)
    os.kill(first["pid"], signal.SIGKILL)
    assert heard(parent, "process.restarted")["exit_code"] == -9
    second = heard(parent)
    assert second["pid"] != first["pid"]
    assert (first["first"], second["first"]) == (True, False)


def test_children_end_with_a_killed_parent(start: Callable[..., Parent]) -> None:
    """Even kill -9 of the parent leaves no orphan behind."""
    parent = start(LIVES_ON)
    pid = heard(parent)["pid"]
    parent.kill()
    wait_for_end(pid)


def test_a_wrong_setting_ends_everything(start: Callable[..., Parent]) -> None:
    """A child that says five times that a setting is wrong stops the parent, which shows why at once and at the end."""
    parent = start(MISCONFIGURED, LIVES_ON)
    output, _ = parent.communicate(timeout=30)
    assert parent.returncode == 78
    assert output.count("port must be 0 to 65535") == 2
    assert output.count("process.restarted") == 4


def test_the_stubborn_are_killed(start: Callable[..., Parent]) -> None:
    """A child that does not stop in time is killed, and the exit code says that this was no clean stop."""
    parent = start(STUBBORN, STOP_S="0.2")
    pid = heard(parent)["pid"]
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(20) == 1
    assert not is_alive(pid)


def test_a_second_signal_does_not_wait(start: Callable[..., Parent]) -> None:
    """Whoever asks twice to stop is not kept waiting by a stubborn child."""
    parent = start(STUBBORN, STOP_S="3600")
    heard(parent)
    parent.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 20
    while parent.poll() is None and time.monotonic() < deadline:
        parent.send_signal(signal.SIGINT)
        time.sleep(0.05)
    assert parent.wait(1) == 1


def test_the_parent_is_light() -> None:
    """`tidings serve` itself loads neither the web framework nor the database library, nor the parser."""
    code = "import sys, tidings.cli.main, tidings.cli.serving; print(*sys.modules)"
    environ = {**os.environ, "PYTHONPATH": SOURCE}
    loaded = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True, text=True)  # noqa: S603
    heavy = {"litestar", "sqlalchemy", "structlog", "click", "asyncio", "prometheus_client", "rich"}
    assert not heavy & set(loaded.stdout.split())
