"""What a command works on: an installation, and one of its environments.

Commands open the stores themselves, so they work while the server runs and while it does not.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec

import click
import msgspec

from tidings.app.installation import Installation, open_installation
from tidings.cli.options import FOLDER, place
from tidings.config import Config, load
from tidings.errors import NotFound
from tidings.telemetry import configure_logging
from tidings.workspaces import Environment

P = ParamSpec("P")


class Scope(msgspec.Struct, frozen=True):
    """Where a command works, and whether a program reads what it prints."""

    installation: Installation
    environment: Environment
    as_json: bool

    @property
    def config(self) -> Config:
        """The installation's settings."""
        return self.installation.config


Command = Callable[Concatenate[Scope, P], Awaitable[int | None]]


def scoped(function: Command[P]) -> Callable[..., int | None]:
    """Give a command its scope: adds `--environment`, `--json` and the options that say which installation.

    A command may return its exit code; None is 0.
    """
    return scoped_with(FOLDER)(function)


def scoped_with(folder: str) -> Callable[[Command[P]], Callable[..., int | None]]:
    """Do as `scoped`, for a command whose own options leave another name for the folder."""

    def decorate(function: Command[P]) -> Callable[..., int | None]:
        @functools.wraps(function)
        def run(
            *, environment: str, as_json: bool, data: Any, database_url: str | None, stream_url: str | None, **rest: Any
        ) -> int | None:
            config = load({"data": data, "database_url": database_url, "stream_url": stream_url})
            configure_logging(config.log_format, "error" if config.log_level == "error" else "warning")
            return asyncio.run(_visit(config, environment, functools.partial(function, **rest), as_json=as_json))

        return _ENVIRONMENT(_JSON(place(run, folder=folder)))

    return decorate


_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, one line for each item.")
_ENVIRONMENT = click.option(
    "--environment",
    "-e",
    default="production",
    show_default=True,
    help="Which environment.",
)


async def _visit(
    config: Config, environment: str, work: Callable[[Scope], Awaitable[int | None]], *, as_json: bool
) -> int | None:
    async with open_installation(config) as installation:
        return await work(Scope(installation, _named(installation, environment), as_json))


def _named(installation: Installation, name: str) -> Environment:
    for environment in installation.environments:
        if environment.name == name:
            return environment
    names = ", ".join(sorted(environment.name for environment in installation.environments))
    raise NotFound(f"there is no environment {name!r}; there are {names}")
