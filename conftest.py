"""How the whole suite runs: tests of real processes one after another, all others spread over the cores."""

from pathlib import Path

import pytest

_REAL = Path(__file__).parent / "tests" / "e2e"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of real processes to one xdist worker, which runs them in turn."""
    for item in items:
        marked = any(item.iter_markers("e2e")) or any(item.iter_markers("kill"))
        if marked or _REAL in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("real processes"))
