"""`tidings providers`: accounts at services that deliver, their order, and whether they work."""

from typing import Any

import click
import msgspec

from tidings import ids
from tidings.api.provider_changes import merge_patch, see_that_nobody_asks_for
from tidings.cli.given import SETTING, SETTING_FILE, texts_of, value_of
from tidings.cli.output import at, facts, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.provider_configs import Health, ProviderConfig
from tidings.providers.catalog import catalog_entry, decode_settings, entries, masked

_UNUSED = Health(circuit="closed")
_COLUMNS = ("id", "provider", "title", "alias", "enabled", "circuit", "attempts", "sent")
_NOBODY = "No accounts: tidings providers add PROVIDER makes one, and catalog lists what there is."


@click.group("providers", help="Accounts at services that deliver, and the order in which they are tried.")
def providers_command() -> None:
    """Hold the commands."""


@providers_command.command("catalog", help="List the services there are, and the settings that each needs.")
@scoped
async def catalog(scope: Scope) -> None:
    """List the catalogue."""
    if scope.as_json:
        lines(entries())
        return
    shown = [{**entry, "settings": ", ".join(_asked(entry["settings"]))} for entry in entries()]
    table(shown, ("provider", "channel", "name", "settings"), nothing="")


@providers_command.command("list", help="List accounts in the order in which those of a channel are tried.")
@scoped
async def list_providers(scope: Scope) -> None:
    """List accounts."""
    await _listed(scope)


@providers_command.command("show", help="Show an account; secrets are masked.")
@click.argument("provider_id")
@scoped
async def show(scope: Scope, *, provider_id: str) -> None:
    """Show one account."""
    await _tell(scope, await scope.installation.provider_configs.get(scope.environment.id, provider_id))


@providers_command.command("add", help="Add an account at PROVIDER; it is tried after the others of its channel.")
@click.argument("provider")
@click.option("--title", default="Default Configuration", show_default=True, help="A name for people.")
@click.option("--alias", help="A short name of its own.")
@SETTING
@SETTING_FILE
@scoped
async def add(
    scope: Scope, *, provider: str, title: str, alias: str | None, settings: tuple[str, ...], files: tuple[str, ...]
) -> None:
    """Add an account."""
    now = scope.installation.clock.now_ms()
    made = ProviderConfig(
        environment_id=scope.environment.id,
        id=ids.prefixed_id("pc", now),
        provider=provider,
        title=title,
        alias=alias,
        settings=_settings(provider, settings, files),
        created=now,
        updated=now,
    )
    await _put(scope, made)


@providers_command.command("set", help="Change settings of an account; NAME= removes one.")
@click.argument("provider_id")
@click.option("--title", help="Another name for people.")
@click.option("--alias", help="Another short name; an empty one is none.")
@SETTING
@SETTING_FILE
@scoped
async def change(
    scope: Scope,
    *,
    provider_id: str,
    title: str | None,
    alias: str | None,
    settings: tuple[str, ...],
    files: tuple[str, ...],
) -> None:
    """Change an account."""
    stored = await scope.installation.provider_configs.get(scope.environment.id, provider_id)
    given = _settings(stored.provider, settings, files)
    gone = {name: None for name, value in given.items() if value == ""}
    changed = msgspec.structs.replace(
        stored,
        title=title or stored.title,
        alias=stored.alias if alias is None else alias or None,
        settings=merge_patch(stored.settings, {**given, **gone}),
    )
    await _put(scope, changed)


@providers_command.command("enable", help="Let messages go by an account again.")
@click.argument("provider_id")
@scoped
async def enable(scope: Scope, *, provider_id: str) -> None:
    """Switch on."""
    await _switch(scope, provider_id, enabled=True)


@providers_command.command("disable", help="Send nothing by an account, as if it were not there.")
@click.argument("provider_id")
@scoped
async def disable(scope: Scope, *, provider_id: str) -> None:
    """Switch off."""
    await _switch(scope, provider_id, enabled=False)


@providers_command.command("order", help="Try these accounts first, in this order; the others stand after them.")
@click.argument("provider_ids", nargs=-1, required=True)
@scoped
async def order(scope: Scope, *, provider_ids: tuple[str, ...]) -> None:
    """Arrange accounts."""
    await scope.installation.provider_configs.arrange(scope.environment.id, provider_ids)
    scope.installation.wakeup.wake("config")
    await _listed(scope)


@providers_command.command("test", help="Log in at an account's service and leave again, sending nothing.")
@click.argument("provider_id")
@scoped
async def test(scope: Scope, *, provider_id: str) -> int:
    """Try an account; exit code 1 when it does not work."""
    config = await scope.installation.provider_configs.get(scope.environment.id, provider_id)
    found = await scope.installation.receiver.check(config)
    if scope.as_json:
        lines([{"id": provider_id, "ok": found.ok, "detail": found.detail}])
    else:
        print(found.detail)
    return 0 if found.ok else 1


@providers_command.command("remove", help="Forget an account and its secrets.")
@click.argument("provider_id")
@scoped
async def remove(scope: Scope, *, provider_id: str) -> None:
    """Remove an account, unless a routing strategy asks for the only one of its kind."""
    house, environment_id = scope.installation, scope.environment.id
    await see_that_nobody_asks_for(environment_id, provider_id, house.provider_configs, house.routing_strategies)
    await house.provider_configs.delete(environment_id, provider_id)
    house.wakeup.wake("config")
    if scope.as_json:
        lines([{"id": provider_id, "removed": True}])
    else:
        print(f"{provider_id} is gone.")


def _settings(provider: str, pairs: tuple[str, ...], files: tuple[str, ...]) -> dict[str, Any]:
    """Read settings: what is no text, such as `rate_limit`, as JSON. A number may be somebody's password."""
    fields = catalog_entry(provider)["settings"]
    texts = texts_of(pairs, files)
    kinds = {name: fields.get(name, {}).get("type", "string") for name in texts}
    return {name: text if kinds[name] in {"string", "enum"} else value_of(text) for name, text in texts.items()}


async def _put(scope: Scope, config: ProviderConfig) -> None:
    decode_settings(config.provider, config.settings)
    kept = msgspec.structs.replace(config, updated=scope.installation.clock.now_ms())
    await scope.installation.provider_configs.put(kept)
    scope.installation.wakeup.wake("config")
    await _tell(scope, kept)


async def _switch(scope: Scope, provider_id: str, *, enabled: bool) -> None:
    stored = await scope.installation.provider_configs.get(scope.environment.id, provider_id)
    await _put(scope, msgspec.structs.replace(stored, enabled=enabled))


async def _listed(scope: Scope) -> None:
    found = await scope.installation.provider_configs.all(scope.environment.id)
    doing = await _doing(scope)
    if scope.as_json:
        lines([_shown(each, doing) for each in found])
    else:
        table([{**_shown(each, doing), **_health(each, doing)} for each in found], _COLUMNS, nothing=_NOBODY)


async def _tell(scope: Scope, config: ProviderConfig) -> None:
    doing = await _doing(scope)
    shown = _shown(config, doing)
    if scope.as_json:
        lines([shown])
        return
    settings = {f"settings.{name}": value for name, value in shown.pop("settings").items()}
    health = _health(config, doing)
    del shown["health"]
    facts({**shown, "created": at(config.created), "updated": at(config.updated), **settings, **health})


async def _doing(scope: Scope) -> dict[str, Health]:
    now = scope.installation.clock.now_ms()
    return dict(await scope.installation.provider_health.read(scope.environment.id, now=now))


def _shown(config: ProviderConfig, doing: dict[str, Health]) -> dict[str, Any]:
    return {
        "id": config.id,
        "provider": config.provider,
        "title": config.title,
        "alias": config.alias,
        "enabled": config.enabled,
        "settings": masked(config.provider, config.settings),
        "created": config.created,
        "updated": config.updated,
        "health": msgspec.to_builtins(doing.get(config.id) or _UNUSED),
    }


def _health(config: ProviderConfig, doing: dict[str, Health]) -> dict[str, Any]:
    health = doing.get(config.id) or _UNUSED
    parked = f" until {at(health.parked_until)}" if health.parked_until else ""
    return {
        "circuit": f"{health.circuit}{parked}",
        "attempts": health.attempts,
        "sent": health.sent,
        "last_error": health.last_error,
    }


def _asked(settings: dict[str, Any]) -> list[str]:
    return [f"{name}{'' if setting['required'] else '?'}" for name, setting in settings.items()]
