"""`tidings ledger`: count everything again, and compare."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec

from tidings.app.installation import open_installation
from tidings.app.ledger import Scope, audit
from tidings.cli.exits import FAILED, OK
from tidings.cli.options import place
from tidings.cli.output import lines
from tidings.cli.period import moment
from tidings.cli.progress import progress
from tidings.clock import iso
from tidings.config import Config, load
from tidings.errors import InvalidInput
from tidings.ledger import HOUR_MS, Account, CallSide, MessageSide, Period, hour_of, total
from tidings.telemetry import configure_logging


@click.command(
    "ledger",
    help="Count what was accepted and what became of it, row by row. Exit code 1 when it does not add up.",
)
@click.option("--from", "start", help="From when, as 2026-01-31T14:00Z; taken down to the hour [the first call].")
@click.option("--to", "end", help="Up to when; taken up to the hour [now].")
@click.option("--environment", "-e", help="Only this environment.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line for each environment, and one for the sum.")
@place
def ledger_command(*, start: str | None, end: str | None, environment: str | None, as_json: bool, **given: Any) -> int:
    """Draw up the accounts."""
    config = load(given)
    configure_logging(config.log_format, "warning")
    period, accounts = asyncio.run(_audit(config, start, end, environment))
    named = [*accounts.items(), ("total", total(list(accounts.values())))]
    if as_json:
        lines(_item(name, account, period) for name, account in named)
    else:
        _print(named, period)
    return OK if all(account.balances for account in accounts.values()) else FAILED


async def _audit(
    config: Config, start: str | None, end: str | None, environment: str | None
) -> tuple[Period, dict[str, Account]]:
    async with open_installation(config) as installation:
        chosen = {each.id: each.name for each in installation.environments if environment in {None, each.name}}
        now = installation.clock.now_ms()
        scope = Scope(list(chosen), now, _period(start, end, now))
        with progress("counting") as tell:
            period, accounts = await audit(installation.ledger, installation.stream, scope, progress=tell)
    return period, {chosen[account.environment_id or 0]: account for account in accounts}


def _period(start: str | None, end: str | None, now: int) -> Period | None:
    if start is None and end is None:
        return None
    first = 0 if start is None else hour_of(moment(start, "--from"))
    last = hour_of(now) + 1 if end is None else -(-moment(end, "--to") // HOUR_MS)
    if first > last:
        raise InvalidInput("is after --to", path="--from")
    return Period(first, last)


def _item(name: str, account: Account, period: Period) -> Mapping[str, Any]:
    return {
        "environment": None if name == "total" else name,
        "from": iso(period.first_ms),
        "to": iso(period.end_ms),
        "calls": msgspec.to_builtins(account.calls),
        "messages": msgspec.to_builtins(account.messages),
        "balances": account.balances,
        "differences": account.differences,
    }


def _print(named: Sequence[tuple[str, Account]], period: Period) -> None:
    click.echo(f"{iso(period.first_ms)} to {iso(period.end_ms)}")
    for name, account in named:
        mark = click.style("✓", fg="green") if account.balances else click.style("✗", fg="red")
        click.echo(f"\n{mark} {name}")
        click.echo(f"  calls     {_calls(account.calls)}")
        _parts("applied", account.calls.applied)
        _parts("dropped", account.calls.dropped)
        click.echo(f"  messages  {_messages(account.messages)}")
        _parts("undeliverable", account.messages.undeliverable)
        _parts("ended", account.messages.ended)
        if name != "total":
            for difference in account.differences:
                click.echo(click.style(f"  {difference}", fg="red"))


def _calls(side: CallSide) -> str:
    applied, dropped = sum(side.applied.values()), sum(side.dropped.values())
    return f"{side.accepted} accepted = {applied} applied + {dropped} dropped + {side.pending} pending"


def _messages(side: MessageSide) -> str:
    refused, ended = sum(side.undeliverable.values()), sum(side.ended.values())
    rest = f"{refused} undeliverable + {side.unknown} unknown + {ended} ended otherwise + {side.pending} pending"
    return f"{side.made} made = {side.sent} sent + {rest}"


def _parts(title: str, parts: Mapping[str, int]) -> None:
    for name, count in parts.items():
        click.echo(f"              {title}: {count} {name}")
