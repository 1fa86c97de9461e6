"""`tidings profiles`: what is known of a user."""

import click
import msgspec

from tidings.cli.output import at, facts, lines
from tidings.cli.scope import Scope, scoped
from tidings.errors import NotFound


@click.group("profiles", help="What is known of a user.")
def profiles_command() -> None:
    """Hold the commands."""


@profiles_command.command("show", help="Show a user's profile.")
@click.argument("user_id")
@scoped
async def show(scope: Scope, *, user_id: str) -> None:
    """Show one profile."""
    profile = await scope.installation.profiles.find(scope.environment.id, user_id)
    if profile is None:
        raise NotFound(f"nothing is known of that user in {scope.environment.name}; an identify call would change that")
    if scope.as_json:
        times = {"created": at(profile.created_at), "updated": at(profile.updated_at)}
        lines([{"user": profile.user_id, **times, "profile": profile.data}])
    else:
        facts(
            {
                "user": profile.user_id,
                "created": at(profile.created_at),
                "updated": at(profile.updated_at),
                "profile": msgspec.json.format(msgspec.json.encode(profile.data)).decode(),
            }
        )
