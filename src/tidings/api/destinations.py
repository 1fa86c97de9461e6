"""Destinations: what sources' calls are handed to, and the catalogue of what can be added."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.destination_changes import changed
from tidings.api.destination_wire import (
    DestinationAnswer,
    DestinationBody,
    DestinationEntry,
    DestinationPatch,
    check_settings,
    destination_answer,
    filters_of,
)
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.provider_changes import merge_patch
from tidings.api.setting_fields import setting_fields
from tidings.destinations import BUILT_IN, Destination, entries, kind_of, unmasked
from tidings.errors import Conflict, InvalidInput

Json = dict[str, Any]


class DestinationController(Controller):
    """Where calls go. The built-in one is our own engine."""

    path = "/destinations"
    tags = ("Destinations",)

    @get("/catalog", summary="List what can be added")
    async def catalog(
        self,
        grant: Grant,  # noqa: ARG002 the catalogue is for those who have a key
        name: FromQuery[str | None] = None,
    ) -> Listing[DestinationEntry]:
        """List the kinds and the settings each needs. `name`: part of the name, whatever its case."""
        wanted = (name or "").casefold()
        return whole([entry for entry in entries() if wanted in entry["name"].casefold()], _entry)

    @get(summary="List destinations")
    async def all(self, grant: Grant, services: Injected) -> Listing[DestinationAnswer]:
        """List them, the built-in one first, then oldest first, and how the outside ones stand."""
        found = await services.destinations.all(grant.environment_id)
        stand = await services.standings(found)
        return whole(found, lambda each: destination_answer(each, stand.get(each.id)))

    @post(status_code=201, summary="Add a destination")
    async def create(self, data: JSONBody[DestinationBody], grant: Grant, services: Injected) -> DestinationAnswer:
        """Add one. It gets what arrives from now on."""
        if kind_of(data.kind).key == BUILT_IN:
            raise Conflict("every environment has the Courier destination already: change it under its id, courier")
        now = services.clock.now_ms()
        made = Destination(
            environment_id=grant.environment_id,
            id=ids.prefixed_id("dst", now),
            kind=data.kind,
            name=data.name,
            enabled=data.enabled,
            sources=None if data.sources is None else tuple(sorted(set(data.sources))),
            settings=data.settings,
            filters=filters_of(data.filters, (), now=now),
            created=now,
            updated=now,
        )
        await _check(made, services)
        await services.destinations.put(made)
        services.wakeup.wake("config")
        return destination_answer(made)

    @get("/{destination_id:str}", summary="Read a destination")
    async def retrieve(self, destination_id: FromPath[str], grant: Grant, services: Injected) -> DestinationAnswer:
        """Answer its settings, secrets masked, its filters, and how it stands."""
        found = await services.destinations.get(grant.environment_id, destination_id)
        stand = await services.standings([found])
        return destination_answer(found, stand.get(found.id))

    @put("/{destination_id:str}", summary="Replace a destination")
    async def replace(
        self, destination_id: FromPath[str], data: JSONBody[DestinationBody], grant: Grant, services: Injected
    ) -> DestinationAnswer:
        """Replace it whole; a secret sent back masked stays as it was."""

        def replaced(stored: Destination) -> Destination:
            if data.kind != stored.kind:
                raise InvalidInput(f"is {stored.kind} and cannot change", path="kind")
            changes = DestinationPatch(data.name, data.enabled, data.sources, UNSET, data.filters)
            return _changed(stored, changes, unmasked(data.settings, stored.settings), services)

        return await _change(grant.environment_id, destination_id, replaced, services)

    @patch("/{destination_id:str}", summary="Change a destination")
    async def change(
        self, destination_id: FromPath[str], data: JSONBody[DestinationPatch], grant: Grant, services: Injected
    ) -> DestinationAnswer:
        """Merge settings into what is stored; null removes one. What it gets from now on follows the change."""

        def patched(stored: Destination) -> Destination:
            settings = stored.settings
            if data.settings is not UNSET:
                settings = merge_patch(stored.settings, unmasked(data.settings, stored.settings))
            return _changed(stored, data, settings, services)

        return await _change(grant.environment_id, destination_id, patched, services)

    @delete("/{destination_id:str}", summary="Remove a destination")
    async def delete(self, destination_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Forget it, its secrets, and what still waited to be delivered."""
        await services.destinations.delete(grant.environment_id, destination_id)
        services.wakeup.wake("config")


def _entry(entry: Json) -> DestinationEntry:
    return DestinationEntry(**{**entry, "settings": setting_fields(entry["settings"])})


def _changed(stored: Destination, data: DestinationPatch, settings: Json, services: Injected) -> Destination:
    now = services.clock.now_ms()
    values: Json = {"settings": settings, "updated": now, "created": stored.created or now}
    if data.name is not UNSET:
        values["name"] = data.name
    if data.enabled is not UNSET:
        values["enabled"] = data.enabled
    if data.sources is not UNSET:
        values["sources"] = None if data.sources is None else tuple(sorted(set(data.sources)))
    if data.filters is not UNSET:
        values["filters"] = filters_of(data.filters, stored.filters, now=now)
    return msgspec.structs.replace(stored, **values)


async def _change(
    environment_id: int, destination_id: str, change: Callable[[Destination], Destination], services: Injected
) -> DestinationAnswer:
    check = partial(_check, services=services)
    made = await changed(services.destinations, environment_id, destination_id, change, check=check)
    services.wakeup.wake("config")
    return destination_answer(made)


async def _check(destination: Destination, services: Injected) -> None:
    if destination.sources is not None and kind_of(destination.kind).reads == "messages":
        raise InvalidInput("it is told of messages and not of a source's calls: leave it out", path="sources")
    known = {source.id for source in await services.sources.all(destination.environment_id)}
    for number, source_id in enumerate(destination.sources or ()):
        if source_id not in known and source_id != 0:
            raise InvalidInput(f"there is no source {source_id}", path=f"sources[{number}]")
    await check_settings(destination, allow_private=services.config.allow_private_destinations)
