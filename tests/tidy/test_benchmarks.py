"""Benchmarks go on running as the product changes; how fast, they say themselves."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[2] / "benchmarks"


def test_the_front_door_is_measured_as_it_is():
    """Its benchmark builds the door by hand, with stores of its own: it runs, if only for a moment."""
    command = [sys.executable, str(HERE / "accept.py"), "--rounds", "1", "--seconds", "0.1"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 our own script

    assert done.returncode == 0, done.stderr[-2000:]
    assert "durable" in done.stdout
