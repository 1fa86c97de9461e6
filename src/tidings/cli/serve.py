"""`tidings serve`, with options."""

from typing import Any

import click

from tidings.cli.options import listen, place
from tidings.cli.serving import serve
from tidings.config import load


@click.command(
    "serve", help="Run everything: the API and a worker, restarted should they die. Ctrl-C stops it cleanly."
)
@listen
@place
def serve_command(**given: Any) -> int:
    """Run the installation."""
    return serve(load(given), given)
