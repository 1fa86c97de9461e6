"""Lends these tests the nouns of the contract suites."""

import importlib.util
from pathlib import Path

import pytest

_FIXTURES = Path(__file__).parents[1] / "contract" / "state_fixtures.py"


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures, unless the suites have done so."""
    if config.pluginmanager.has_plugin(_FIXTURES.stem):
        return
    spec = importlib.util.spec_from_file_location(_FIXTURES.stem, _FIXTURES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config.pluginmanager.register(module, _FIXTURES.stem)
