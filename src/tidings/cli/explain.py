"""`tidings explain`: why something was sent, or was not."""

import click
import msgspec

from tidings.app.explaining import explainer_of
from tidings.cli.output import at, lines, plain, table
from tidings.cli.scope import Scope, scoped
from tidings.data_logs import Step


@click.command("explain", help="Tell why a message was sent or not: by its id, or by user and event.")
@click.argument("message_id", required=False)
@click.option("--user", help="The user's id, with --event.")
@click.option("--event", help="The name of a track, or a template.")
@scoped
async def explain_command(scope: Scope, *, message_id: str | None, user: str | None, event: str | None) -> None:
    """Explain."""
    explainer = explainer_of(scope.installation)
    if message_id:
        told = await explainer.message(scope.environment.id, message_id)
    elif user and event:
        told = await explainer.event(scope.environment.id, user, event)
    else:
        raise click.UsageError("give a message's id, or --user and --event")
    if scope.as_json:
        lines([msgspec.to_builtins(told)])
        return
    print(plain(told.answer) + "\n")
    columns = ("at", "step", "verdict", "why")
    table([_shown(step) for step in told.steps], columns, nothing="Nothing is on record.")
    print("\nIf the same came now:\n")
    table([_shown(step) for step in told.now], columns[1:], nothing="Nothing to ask.")


def _shown(step: Step) -> dict[str, str | None]:
    version = step.facts.get("template_version", step.facts.get("version"))
    why = step.why if version is None else f"{step.why} (template in version {version})"
    return {"at": at(step.at), "step": step.step, "verdict": step.verdict, "why": why}
