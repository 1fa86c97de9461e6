"""Providers: the catalog of what can be switched on, and what is (courier-api.md §20)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.address import address
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.paging import Listing, each, whole
from tidings.api.provider_changes import merge_patch, see_that_nobody_asks_for
from tidings.api.setting_fields import SettingField, setting_fields
from tidings.errors import InvalidInput
from tidings.provider_configs import Health, ProviderConfig

_TITLE = "Default Configuration"
_UNUSED = Health(circuit="closed")

Json = dict[str, Any]
_Word = Annotated[str, Meta(min_length=1, max_length=255)]


class ProviderBody(msgspec.Struct):
    """A provider to switch on; the catalog names its settings."""

    provider: _Word
    settings: Json = {}
    title: _Word = _TITLE
    alias: _Word | None = None
    enabled: bool | None = None
    """Ours: false is as if it were not there; left out, it stays as it is, and a new one is on."""


class ProviderPatch(msgspec.Struct):
    """Changes; settings are merged (RFC 7396)."""

    provider: _Word | None = None
    settings: Json = {}
    title: _Word | None = None
    alias: _Word | UnsetType | None = UNSET
    enabled: bool | None = None


class ProviderOrder(msgspec.Struct):
    """Ids of providers, in the order to try; those left out come after them as they stand."""

    order: Annotated[list[_Word], Meta(max_length=1_000)]


class ProviderEntry(msgspec.Struct):
    """What can be switched on."""

    provider: str
    name: str
    channel: str
    description: str
    receipts: bool
    """Whether it tells at `/receipts/{id}` what became of messages."""
    settings: dict[str, SettingField]


class ProviderHealth(msgspec.Struct):
    """How an account did of late, as all workers saw it. Ours. Times are milliseconds since 1970."""

    circuit: Literal["closed", "parked", "trying"]
    """`closed`: it answers, or was not asked. `parked`: it is left alone until `parked_until`. `trying`: that time is
    over, and it has not answered since."""
    parked_until: int | None
    window_s: int
    """The counts and times are of so long."""
    attempts: int
    sent: int
    undeliverable: int
    retried: int
    unknown: int
    success_rate: float | None
    """`sent` of `attempts`; null when there were none."""
    p50_ms: int | None
    """Half of the attempts took no longer; within five hundredths."""
    p95_ms: int | None
    last_error: str
    """The newest refusal that was not about a recipient; empty for none."""
    last_error_at: int | None


class ProviderAnswer(msgspec.Struct):
    """A provider switched on; secrets are masked."""

    id: str
    provider: str
    title: str
    settings: Json
    created: int
    updated: int
    enabled: bool
    health: ProviderHealth
    alias: str | UnsetType = UNSET
    receipts_url: str | UnsetType = UNSET
    """Where one provider is read: what to enter at the service, so that it tells what became of messages."""


class ProviderCheck(msgspec.Struct):
    """Whether an account can be used."""

    ok: bool
    detail: str
    """What was done, or what is wrong."""


class ProviderController(Controller):
    """Accounts at providers."""

    path = "/providers"
    tags = ("Providers",)

    @get("/catalog", summary="List what can be switched on")
    async def catalog(
        self,
        grant: Grant,  # noqa: ARG002 the catalog is for those who have a key
        services: Injected,
        keys: FromQuery[list[str] | None] = None,
        channel: FromQuery[str | None] = None,
        name: FromQuery[str | None] = None,
    ) -> Listing[ProviderEntry]:
        """List providers and the settings each needs. `keys`: these only; `name`: part of the name."""
        wanted = each(keys)
        found = [
            entry
            for entry in services.catalog.entries()
            if (not wanted or entry["provider"] in wanted)
            and (channel is None or entry["channel"].casefold() == channel.casefold())
            and (name is None or name.casefold() in entry["name"].casefold())
        ]
        return whole(found, _entry)

    @get(summary="List providers")
    async def all(self, grant: Grant, services: Injected) -> Listing[ProviderAnswer]:
        """List accounts in the order in which those of a channel are tried: as arranged, else oldest first."""
        return await _listed(grant, services)

    @put("/order", status_code=200, summary="Arrange providers")
    async def arrange(self, data: JSONBody[ProviderOrder], grant: Grant, services: Injected) -> Listing[ProviderAnswer]:
        """Say in which order the providers of a channel are tried where no routing says it. Ours."""
        await services.provider_configs.arrange(grant.environment_id, data.order)
        services.wakeup.wake("config")
        return await _listed(grant, services)

    @post(status_code=201, summary="Switch a provider on")
    async def create(
        self,
        data: JSONBody[ProviderBody],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> ProviderAnswer:
        """Keep an account; its settings are encrypted at rest."""
        now = services.clock.now_ms()
        check_idempotency(key, expiration, now=now)
        config = ProviderConfig(
            environment_id=grant.environment_id,
            id=keyed_id("pc", grant.environment_id, "POST /providers", key) if key else ids.prefixed_id("pc", now),
            provider=data.provider,
            title=data.title,
            alias=data.alias,
            enabled=data.enabled is not False,
            settings=data.settings,
            created=now,
            updated=now,
        )
        return await _put(config, {}, services)

    @get("/{provider_id:str}", summary="Read a provider")
    async def retrieve(
        self, provider_id: FromPath[str], grant: Grant, services: Injected, request: Request[Any, Any, Any]
    ) -> ProviderAnswer:
        """Answer its settings, secrets masked."""
        config = await services.provider_configs.get(grant.environment_id, provider_id)
        answer = await _answered(config, services)
        entry = next((each for each in services.catalog.entries() if each["provider"] == config.provider), None)
        if entry is not None and entry["receipts"]:
            answer.receipts_url = f"{address(services, request)}/receipts/{config.id}"
        return answer

    @post("/{provider_id:str}/check", status_code=200, summary="Try a provider's account")
    async def check(self, provider_id: FromPath[str], grant: Grant, services: Injected) -> ProviderCheck:
        """Log in at the service and leave again. Nothing is sent."""
        ok, detail = await services.check(await services.provider_configs.get(grant.environment_id, provider_id))
        return ProviderCheck(ok, detail)

    @put("/{provider_id:str}", summary="Replace a provider's configuration")
    async def update(
        self, provider_id: FromPath[str], data: JSONBody[ProviderBody], grant: Grant, services: Injected
    ) -> ProviderAnswer:
        """Replace it whole; a secret sent back masked stays as it was."""
        stored = await services.provider_configs.get(grant.environment_id, provider_id)
        changed = msgspec.structs.replace(
            stored,
            provider=data.provider,
            title=data.title,
            alias=data.alias,
            enabled=stored.enabled if data.enabled is None else data.enabled,
            settings=data.settings,
            updated=services.clock.now_ms(),
        )
        return await _put(changed, stored.settings if stored.provider == data.provider else {}, services)

    @patch("/{provider_id:str}", summary="Change a provider's configuration")
    async def change(
        self, provider_id: FromPath[str], data: JSONBody[ProviderPatch], grant: Grant, services: Injected
    ) -> ProviderAnswer:
        """Merge settings into what is stored; null removes one."""
        stored = await services.provider_configs.get(grant.environment_id, provider_id)
        if data.provider is not None and data.provider != stored.provider:
            raise InvalidInput(f"is {stored.provider} and cannot change", path="provider")
        changed = msgspec.structs.replace(
            stored,
            title=data.title or stored.title,
            alias=stored.alias if data.alias is UNSET else data.alias,
            enabled=stored.enabled if data.enabled is None else data.enabled,
            settings=merge_patch(stored.settings, data.settings),
            updated=services.clock.now_ms(),
        )
        return await _put(changed, stored.settings, services)

    @delete("/{provider_id:str}", summary="Switch a provider off")
    async def delete(self, provider_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Forget the account and its secrets; 409 while a routing strategy asks for the only one of its kind."""
        stores = (services.provider_configs, services.routing_strategies)
        await see_that_nobody_asks_for(grant.environment_id, provider_id, *stores)
        await services.provider_configs.delete(grant.environment_id, provider_id)
        services.wakeup.wake("config")


async def _listed(grant: Grant, services: Injected) -> Listing[ProviderAnswer]:
    found = await services.provider_configs.all(grant.environment_id)
    doing = await services.provider_health.read(grant.environment_id, now=services.clock.now_ms())
    return whole(found, lambda it: _answer(it, doing, services))


def _entry(entry: Mapping[str, Any]) -> ProviderEntry:
    return ProviderEntry(**{**entry, "settings": setting_fields(entry["settings"])})


async def _put(config: ProviderConfig, stored: Json, services: Injected) -> ProviderAnswer:
    """Keep a configuration; what was sent masked stays as it is stored."""
    settings = dict(services.catalog.unmasked(config.provider, config.settings, stored))
    services.catalog.decode_settings(config.provider, settings)
    whole_config = msgspec.structs.replace(config, settings=settings)
    await services.provider_configs.put(whole_config)
    services.wakeup.wake("config")
    return await _answered(whole_config, services)


async def _answered(config: ProviderConfig, services: Injected) -> ProviderAnswer:
    doing = await services.provider_health.read(config.environment_id, now=services.clock.now_ms())
    return _answer(config, doing, services)


def _answer(config: ProviderConfig, doing: Mapping[str, Health], services: Injected) -> ProviderAnswer:
    return ProviderAnswer(
        id=config.id,
        provider=config.provider,
        title=config.title,
        settings=dict(services.catalog.masked(config.provider, config.settings)),
        created=config.created,
        updated=config.updated,
        enabled=config.enabled,
        health=ProviderHealth(**msgspec.structs.asdict(doing.get(config.id) or _UNUSED)),
        alias=config.alias if config.alias is not None else UNSET,
    )
