"""What the log tells, and what it must not."""

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from tidings.telemetry import configure_logging


@pytest.fixture(params=["json", "console"])
def log(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[], str]]:
    """What is logged in each format; afterwards logging is as it was."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.NullHandler()])
    configure_logging(request.param, "info")
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()


def test_tracebacks_show_no_values(log: Callable[[], str]) -> None:
    """An exception is logged with its places, and without the values of variables, which hold keys and addresses."""
    api_key = "pk_prod_" + "secret" * 3
    try:
        len(api_key) / 0
    except ZeroDivisionError:
        structlog.get_logger().exception("it.failed")
    said = log()
    assert "ZeroDivisionError" in said
    assert "test_logs.py" in said
    assert api_key not in said
