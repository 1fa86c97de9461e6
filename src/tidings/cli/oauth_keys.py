"""`tidings sources oauth`: public keys of apps that send a source's calls, and whether they must."""

from pathlib import Path
from typing import Any

import click

from tidings.cli.given import read_text
from tidings.cli.output import at, facts, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.workspaces import OAuthKey, SourceChange, new_oauth_key


@click.group("oauth", help="OAuth of a source: public keys of apps, and whether a write key alone does.")
def oauth_command() -> None:
    """Hold the commands."""


@oauth_command.command("add", help="Register an app's public key for a source.")
@click.argument("source_id", type=int)
@click.option(
    "--public-key",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    metavar="FILE",
    help="An RSA public key in PEM; - reads it from standard input.",
)
@click.option("--client-id", metavar="ID", help="The app's id, such as it had at Segment; without it one is made up.")
@click.option("--key-id", metavar="ID", help="The key's id; without it one is made up.")
@scoped
async def add(scope: Scope, *, source_id: int, public_key: Path, client_id: str | None, key_id: str | None) -> None:
    """Register a key."""
    installation = scope.installation
    key = new_oauth_key(
        source_id,
        read_text(public_key, "--public-key"),
        client_id=client_id,
        key_id=key_id,
        now=installation.clock.now_ms(),
        paths=("--client-id", "--key-id"),
    )
    await installation.oauth_keys.add(scope.environment.id, source_id, key)
    installation.wakeup.wake("config")
    if scope.as_json:
        lines([_shown(key)])
    else:
        facts(_shown(key))


@oauth_command.command("list", help="List a source's OAuth keys, oldest first.")
@click.argument("source_id", type=int)
@scoped
async def list_keys(scope: Scope, *, source_id: int) -> None:
    """List keys."""
    shown = [_shown(key) for key in await scope.installation.oauth_keys.all(scope.environment.id, source_id)]
    if scope.as_json:
        lines(shown)
    else:
        nothing = f"No OAuth keys yet: tidings sources oauth add {source_id} --public-key public.pem registers one."
        table(shown, ("id", "client_id", "key_id", "fingerprint", "created"), nothing=nothing)


@oauth_command.command("remove", help="Forget a key; tokens that were issued by it open nothing any more.")
@click.argument("source_id", type=int)
@click.argument("oauth_key_id")
@scoped
async def remove(scope: Scope, *, source_id: int, oauth_key_id: str) -> None:
    """Remove a key."""
    await scope.installation.oauth_keys.remove(scope.environment.id, source_id, oauth_key_id)
    scope.installation.wakeup.wake("config")
    if not scope.as_json:
        print(f"{oauth_key_id} is removed; its tokens open nothing any more.")


@oauth_command.command("enforce", help="Take nothing of a source without an access token beside the write key.")
@click.argument("source_id", type=int)
@click.option("--off", is_flag=True, help="Let a write key alone open it again.")
@scoped
async def enforce(scope: Scope, *, source_id: int, off: bool) -> None:
    """Enforce OAuth, or no more."""
    installation = scope.installation
    source = await installation.sources.change(scope.environment.id, source_id, SourceChange(enforce_oauth=not off))
    installation.wakeup.wake("config")
    if scope.as_json:
        lines([{"id": source.id, "name": source.name, "enforce_oauth": source.enforce_oauth}])
    else:
        needs = "a write key and an access token" if source.enforce_oauth else "a write key alone"
        print(f"Source {source.id}, {source.name}, is opened by {needs}.")


def _shown(key: OAuthKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "client_id": key.client_id,
        "key_id": key.key_id,
        "fingerprint": key.fingerprint,
        "created": at(key.created),
    }
