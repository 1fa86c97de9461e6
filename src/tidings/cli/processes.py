"""`tidings api` and `tidings worker`: the two processes, alone or under `tidings serve`."""

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import click
import structlog
import uvloop

from tidings.cli.exits import FAILED, MISCONFIGURED, OK
from tidings.cli.leash import Leash
from tidings.cli.options import listen, place
from tidings.cli.serving import busy
from tidings.config import Config, load
from tidings.errors import ConfigurationError, TidingsError
from tidings.telemetry import configure_logging

log = structlog.get_logger()


SWITCH_S = 0.0005
"""How long a worker's event loop keeps Python's lock while the database's thread has an answer for it. At Python's own
5 ms a hop to that thread and back takes a sixth longer (ADR 0072)."""


@click.command("api", help="Run the API alone: accept calls and requests, answer questions.")
@listen
@place
def api_command(**given: Any) -> int:
    """Run the API."""
    return run_process("api", given)


@click.command("worker", help="Run a worker alone: apply calls, send messages. Start as many as there is work for.")
@place
def worker_command(**given: Any) -> int:
    """Run a worker."""
    return run_process("worker", given)


def run_process(name: str, given: Mapping[str, Any] | None = None) -> int:
    """Run one of the two until it is asked to stop; returns the exit code."""
    leash = Leash.take()
    try:
        config = load(given)
        configure_logging(config.log_format, config.log_level)
        if name == "worker":
            sys.setswitchinterval(SWITCH_S)
            uvloop.run(_worker(config, leash))
            return OK
        if leash is None and (problem := busy(config.host, config.port)):
            print(f"tidings: {problem}", file=sys.stderr)
            return FAILED
        uvloop.run(_api(config, leash))
    except ConfigurationError as error:
        if leash is None:
            raise
        leash.say({"error": str(error)})
        return MISCONFIGURED
    except TidingsError:
        raise
    except Exception:
        log.exception("process.failed", process=name)  # an operator needs the traceback, and may not be at a terminal
        return FAILED
    return OK


async def _api(config: Config, leash: Leash | None) -> None:
    from tidings.app.api import run_api  # noqa: PLC0415 each process imports only what it runs
    from tidings.app.installation import open_installation  # noqa: PLC0415

    keys: dict[str, str] = {}
    if leash is not None and leash.is_first:
        async with open_installation(config) as installation:
            first = await installation.first_keys()
        keys = {"api_key": first.api_key, "write_key": first.write_key, "studio_token": first.studio_token}

    def ready(url: str) -> None:
        if leash is not None:
            leash.say({"url": url, "port": urlsplit(url).port or config.port, **keys})

    await run_api(config, ready=ready)


async def _worker(config: Config, leash: Leash | None) -> None:
    from tidings.app.worker import run_worker  # noqa: PLC0415 each process imports only what it runs

    await run_worker(config, ready=lambda: leash.say({}) if leash else None)
