"""`tidings studio`: a way into Studio."""

import click

from tidings.cli.banner import studio_link
from tidings.cli.output import lines
from tidings.cli.scope import Scope, scoped
from tidings.config import Config

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 nothing is bound here


@click.command("studio", help="Print a fresh link into Studio. It opens once, within a day.")
@scoped
async def studio_command(scope: Scope) -> None:
    """Print the link."""
    keys = await scope.installation.first_keys()
    link = studio_link(url_of(scope.config), keys.studio_token)
    if scope.as_json:
        lines([{"url": link}])
    else:
        print(link)


def url_of(config: Config) -> str:
    """Give the address at which a browser on this machine finds the server."""
    host = browsable_host(config.host)
    return f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"


def browsable_host(host: str) -> str:
    """Give an address that can be connected to: one that means all of them cannot."""
    return _EVERYWHERE.get(host, host)
