"""The commands, as `tidings --help` lists them. Each is imported when it is asked for and not before."""

from importlib import import_module
from typing import Any, NamedTuple

import click
from click.exceptions import Exit, NoArgsIsHelpError

from tidings import __version__
from tidings.cli.exits import OK, USAGE


class _Place(NamedTuple):
    """Where a command lives, and its line in the list."""

    module: str
    help: str


COMMANDS = {
    "serve": _Place("serve", "Run everything: API and worker, on this machine."),
    "api": _Place("processes", "Run the API alone."),
    "worker": _Place("processes", "Run a worker alone."),
    "migrate": _Place("migrate", "Bring the database to this version."),
    "doctor": _Place("doctor", "Look for what would keep tidings from working."),
    "rehearse": _Place("rehearse", "Play providers against local services that misbehave."),
    "studio": _Place("studio", "Print a one-time link into Studio."),
    "backup": _Place("backup", "Copy the installation, while it runs or not."),
    "restore": _Place("restore", "Make an installation from a backup. It starts held."),
    "move": _Place("move", "Copy an embedded installation into PostgreSQL."),
    "hold": _Place("hold", "Send nothing until it is released; calls are still taken."),
    "release": _Place("release", "Let messages go again."),
    "ledger": _Place("ledger", "Count what came in and where all of it is; fails when it does not add up."),
    "keys": _Place("keys", "API keys, for Courier clients."),
    "accounts": _Place("accounts", "Who may use Studio, and as what."),
    "sources": _Place("sources", "Sources and their write keys, for Segment libraries."),
    "destinations": _Place("destinations", "What calls are handed to, and what each of them gets."),
    "providers": _Place("providers", "Accounts at services that deliver, and the order in which they are tried."),
    "routing-strategies": _Place("routing_strategies", "By which channels and providers messages go, under a name."),
    "events": _Place("events", "Calls that came in, and what became of them."),
    "archive": _Place("archive", "The calls that are kept for good, in Parquet files."),
    "replay": _Place("replay", "Decide archived calls of a period again; nothing happens twice."),
    "templates": _Place("templates", "Templates as files: lint, render, pull and push them."),
    "brands": _Place("brands", "How messages look, whoever writes them."),
    "messages": _Place("messages", "Messages, and why each ended as it did."),
    "explain": _Place("explain", "Why something was sent, or was not."),
    "lists": _Place("lists", "Lists of users, to send to as one."),
    "audiences": _Place("audiences", "Users whose profiles meet a filter."),
    "suppressions": _Place("suppressions", "Addresses and users that get nothing more."),
    "privacy": _Place("privacy", "Users who ask not to be known, or to be forgotten."),
    "rules": _Place("rules", "When an environment sends at all, and how much to whom."),
    "profiles": _Place("profiles", "What is known of a user."),
    "send": _Place("send", "Send a notification."),
    "outbox": _Place("outbox", "Messages kept here instead of being handed to a provider."),
}


class _Root(click.Group):
    """A group that knows its commands by name, and imports one only to run it."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """List them as the table above has them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import the command."""
        place = COMMANDS.get(name)
        if place is None:
            return None
        command: click.Command = getattr(
            import_module(f"tidings.cli.{place.module}"), f"{name.replace('-', '_')}_command"
        )
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in COMMANDS.items()])


@click.group(
    cls=_Root,
    help="Segment calls in, notifications out, on your own machine.",
    epilog="Settings come from tidings.toml, then TIDINGS_* variables, then options. Every command takes --help.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tidings", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show a traceback when something fails.")
def root() -> None:
    """Hold the commands."""


def run(words: list[str]) -> int:
    """Run a command line; returns its exit code. What a command raises comes through."""
    try:
        code: Any = root.main(args=words, prog_name="tidings", standalone_mode=False)
    except NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "tidings"
        click.echo(f"{where}: {error.format_message()} ({where} --help says more)", err=True)
        return USAGE
    except Exit as error:
        return error.exit_code
    return code if isinstance(code, int) else OK
