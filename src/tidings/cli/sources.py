"""`tidings sources`: where Segment calls come from, and their write keys."""

import secrets
from typing import Any

import click
import msgspec

from tidings.cli.oauth_keys import oauth_command
from tidings.cli.output import at, facts, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.errors import InvalidInput
from tidings.workspaces import Source, SourceChange, SourceSettings


@click.group("sources", help="Sources and their write keys, for Segment libraries.")
def sources_command() -> None:
    """Hold the commands."""


sources_command.add_command(oauth_command)


@sources_command.command("create", help="Make a source and its write key.")
@click.option("--name", required=True, help="What sends: an app, a site, a server.")
@scoped
async def create(scope: Scope, *, name: str) -> None:
    """Make a source."""
    installation = scope.installation
    write_key = secrets.token_hex(32)
    now = installation.clock.now_ms()
    source = await installation.sources.add(scope.environment.id, name, write_key, now=now)
    installation.wakeup.wake("config")
    if scope.as_json:
        lines([{**_shown(source), "write_key": write_key}])
    else:
        print(
            f"{write_key}\n\nIt is the write key of source {source.id}; tidings sources key {source.id} shows it again."
        )


@sources_command.command("list", help="List the environment's sources, oldest first.")
@scoped
async def list_sources(scope: Scope) -> None:
    """List sources."""
    shown = [_shown(source) for source in await scope.installation.sources.all(scope.environment.id)]
    if scope.as_json:
        lines(shown)
    else:
        columns = ("id", "name", "enabled", "write_key_hint")
        table(shown, columns, nothing="No sources yet: make one with tidings sources create --name NAME.")


@sources_command.command("key", help="Show a source's write key.")
@click.argument("source_id", type=int)
@scoped
async def key(scope: Scope, *, source_id: int) -> None:
    """Show a write key."""
    write_key = await scope.installation.sources.write_key(scope.environment.id, source_id)
    if scope.as_json:
        lines([{"id": source_id, "write_key": write_key}])
    else:
        print(write_key)


@sources_command.command("rename", help="Give a source another name.")
@click.argument("source_id", type=int)
@click.argument("name")
@scoped
async def rename(scope: Scope, *, source_id: int, name: str) -> None:
    """Rename a source."""
    await _change(scope, source_id, SourceChange(name=name))


@sources_command.command("disable", help="Let a source's write keys open nothing for now.")
@click.argument("source_id", type=int)
@scoped
async def disable(scope: Scope, *, source_id: int) -> None:
    """Disable a source."""
    await _change(scope, source_id, SourceChange(enabled=False))


@sources_command.command("enable", help="Let a source's write keys open it again.")
@click.argument("source_id", type=int)
@scoped
async def enable(scope: Scope, *, source_id: int) -> None:
    """Enable a source."""
    await _change(scope, source_id, SourceChange(enabled=True))


@sources_command.command("show", help="Show a source with its settings.")
@click.argument("source_id", type=int)
@scoped
async def show(scope: Scope, *, source_id: int) -> None:
    """Show one source."""
    _tell(scope, await scope.installation.sources.get(scope.environment.id, source_id))


@sources_command.command("set", help="Change how a source's calls are treated; what is not given stays.")
@click.argument("source_id", type=int)
@click.option("--strip-ip/--keep-ip", default=None, help="Whether context.ip is taken out of every call.")
@click.option("--block", "blocked", multiple=True, metavar="PATH", help="Take this out, too, such as traits.ssn.")
@click.option("--unblock", "unblocked", multiple=True, metavar="PATH", help="Take this out no more.")
@click.option(
    "--historical-after",
    type=click.IntRange(min=0),
    metavar="HOURS",
    help="Tracks that are older start no notification; 0 leaves it to the installation.",
)
@scoped
async def set_settings(
    scope: Scope,
    *,
    source_id: int,
    strip_ip: bool | None,
    blocked: tuple[str, ...],
    unblocked: tuple[str, ...],
    historical_after: int | None,
) -> None:
    """Change settings."""
    sources, environment_id = scope.installation.sources, scope.environment.id
    stored = (await sources.get(environment_id, source_id)).settings
    if unknown := sorted(set(unblocked) - set(stored.blocked_properties)):
        raise InvalidInput(f"{unknown[0]!r} is not blocked", path="--unblock")
    paths = dict.fromkeys((*stored.blocked_properties, *blocked))
    wanted = {
        "strip_ip": stored.strip_ip if strip_ip is None else strip_ip,
        "blocked_properties": [path for path in paths if path not in unblocked],
        "historical_after_hours": (
            stored.historical_after_hours if historical_after is None else historical_after or None
        ),
    }
    try:
        settings = msgspec.convert(wanted, SourceSettings)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error), path="settings") from None
    changed = await sources.change(environment_id, source_id, SourceChange(settings=settings))
    scope.installation.wakeup.wake("config")
    _tell(scope, changed)


@sources_command.command("rotate", help="Give a source one more write key; the old ones work until they are revoked.")
@click.argument("source_id", type=int)
@scoped
async def rotate(scope: Scope, *, source_id: int) -> None:
    """Add a write key."""
    installation, write_key = scope.installation, secrets.token_hex(32)
    now = installation.clock.now_ms()
    made = await installation.sources.add_write_key(scope.environment.id, source_id, write_key, now=now)
    installation.wakeup.wake("config")
    if scope.as_json:
        lines([{"id": made.id, "write_key": write_key}])
    else:
        print(f"{write_key}\n\nThe old ones work on. tidings sources keys {source_id} lists them, revoke ends one.")


@sources_command.command("keys", help="List a source's write keys by hint, revoked ones too.")
@click.argument("source_id", type=int)
@scoped
async def keys(scope: Scope, *, source_id: int) -> None:
    """List write keys."""
    shown = [
        {"id": key.id, "hint": key.hint, "created": at(key.created), "revoked": at(key.revoked) if key.revoked else ""}
        for key in await scope.installation.sources.write_keys(scope.environment.id, source_id)
    ]
    if scope.as_json:
        lines(shown)
    else:
        table(shown, ("id", "hint", "created", "revoked"), nothing="No write keys.")


@sources_command.command("revoke", help="Let a write key open nothing any more.")
@click.argument("source_id", type=int)
@click.argument("key_id")
@scoped
async def revoke(scope: Scope, *, source_id: int, key_id: str) -> None:
    """Revoke a write key."""
    installation = scope.installation
    now = installation.clock.now_ms()
    await installation.sources.revoke_write_key(scope.environment.id, source_id, key_id, now=now)
    installation.wakeup.wake("config")
    if not scope.as_json:
        print(f"{key_id} opens nothing any more.")


async def _change(scope: Scope, source_id: int, change: SourceChange) -> None:
    source = await scope.installation.sources.change(scope.environment.id, source_id, change)
    scope.installation.wakeup.wake("config")
    if scope.as_json:
        lines([_shown(source)])
    else:
        print(f"Source {source.id}, {source.name}, is {'enabled' if source.enabled else 'disabled'}.")


def _tell(scope: Scope, source: Source) -> None:
    settings: dict[str, Any] = msgspec.to_builtins(source.settings)
    if scope.as_json:
        lines([{**_shown(source), "settings": settings, "enforce_oauth": source.enforce_oauth}])
    else:
        facts({**_shown(source), **settings, "enforce_oauth": source.enforce_oauth})


def _shown(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "enabled": source.enabled,
        "write_key_hint": source.write_key_hint,
    }
