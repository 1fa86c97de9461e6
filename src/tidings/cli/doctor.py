"""`tidings doctor`: look for what would keep tidings from working."""

from typing import Any

import click

from tidings.cli.checks import CHECKS, Finding
from tidings.cli.exits import FAILED, OK
from tidings.cli.options import listen, place
from tidings.cli.output import lines, plain
from tidings.config import load
from tidings.telemetry import configure_logging


@click.command("doctor", help="Look for what would keep tidings from working, and say what to do. Changes nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line for each check.")
@listen
@place
def doctor_command(*, as_json: bool, **given: Any) -> int:
    """Run all checks."""
    config = load(given)  # a wrong setting ends here, in the same words as everywhere
    configure_logging(config.log_format, "error")
    findings = [check(config) for check in CHECKS]
    if as_json:
        lines({"check": finding.name, "ok": finding.ok, "detail": finding.detail} for finding in findings)
    else:
        _print(findings)
    return OK if all(finding.ok for finding in findings) else FAILED


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.name:<{width}}  {plain(finding.detail)}")
