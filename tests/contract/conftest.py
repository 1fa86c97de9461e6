"""Lends the suites their fixtures: every `<noun>_fixtures.py` beside this file is loaded, and nothing else is here."""

import importlib.util
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures. Test folders are no packages, so they cannot be imported by name."""
    for path in sorted(Path(__file__).parent.glob("*_fixtures.py")):
        if config.pluginmanager.has_plugin(path.stem):
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        config.pluginmanager.register(module, path.stem)
