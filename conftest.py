"""How the whole suite runs: tests of real processes one after another, all others spread over the cores.

Laws are tried on the same examples in every run, so that a run that was green stays green; `TIDINGS_EXPLORE=1` looks
for new ones, ten times as many where a law does not say how many it needs.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("explore", max_examples=1000)
settings.load_profile("explore" if os.environ.get("TIDINGS_EXPLORE") else "same")

_REAL = Path(__file__).parent / "tests" / "e2e"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of real processes to one xdist worker, which runs them in turn."""
    for item in items:
        marked = any(item.iter_markers("e2e")) or any(item.iter_markers("kill"))
        if marked or _REAL in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("real processes"))
