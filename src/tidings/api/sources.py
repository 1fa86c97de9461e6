"""Sources: where Segment calls come from, and their write keys."""

import secrets
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.address import address
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.known_events import DayCount, day_counts
from tidings.api.paging import Listing, whole
from tidings.api.services import keys_changed
from tidings.effects import Sighted
from tidings.workspaces import Refused, Source, SourceChange, SourceSettings, WriteKey

_Name = Annotated[str, Meta(min_length=1, max_length=255)]


class AskedSettings(SourceSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings as somebody writes them. A word that is not known is refused, so that nobody counts on it."""


class SourceBody(msgspec.Struct):
    """A source to make."""

    name: _Name
    settings: AskedSettings = AskedSettings()


class SourcePatch(msgspec.Struct):
    """What is to change. `settings` replaces them all."""

    name: _Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    enforce_oauth: bool | UnsetType = UNSET
    """Take nothing without an access token beside the write key; for this the source needs an OAuth key."""
    settings: AskedSettings | UnsetType = UNSET


class SourceCalls(msgspec.Struct):
    """What came of a source, as the event catalogue has counted it: some seconds behind."""

    last_seen: int
    days: list[DayCount]


class SourceAnswer(msgspec.Struct):
    """A source. Its write key is shown whole where it is made, and by `GET /sources/{id}/write-keys/newest`."""

    id: int
    name: str
    enabled: bool
    write_key_hint: str
    settings: SourceSettings
    created: int
    enforce_oauth: bool = False
    """A write key opens nothing without an access token beside it."""
    calls: SourceCalls | UnsetType | None = UNSET
    """Where sources are listed; null for one that has sent none."""


class SourceMade(SourceAnswer):
    """A new source with its write key."""

    write_key: str = ""


class WriteKeyAnswer(msgspec.Struct):
    """A write key, by hint; one that was just made, whole."""

    id: str
    hint: str
    created: int
    revoked: int | None = None
    write_key: str | UnsetType = UNSET


class WriteKeyShown(msgspec.Struct):
    """The newest write key of a source, and where calls go."""

    write_key: str
    host: str
    """The setting `public_url`; without it, the address that this was asked at."""


class SourceController(Controller):
    """Apps, sites and servers that send calls."""

    path = "/sources"
    tags = ("Sources",)

    @get(summary="List sources")
    async def all(self, grant: Grant, services: Injected) -> Listing[SourceAnswer]:
        """List the environment's sources, oldest first, and how many calls came of each by day."""
        seen: dict[int, list[Sighted]] = {}
        for event in await services.catalogue.outline(grant.environment_id):
            seen.setdefault(event.source_id, []).append(event)
        found = await services.sources.all(grant.environment_id)
        return whole(found, lambda source: msgspec.structs.replace(_answer(source), calls=_calls(seen.get(source.id))))

    @post(status_code=201, summary="Make a source")
    async def create(self, data: JSONBody[SourceBody], grant: Grant, services: Injected) -> SourceMade:
        """Make a source and its first write key."""
        key, now = secrets.token_hex(32), services.clock.now_ms()
        source = await services.sources.add(grant.environment_id, data.name, key, now=now)
        if data.settings != AskedSettings():
            change = SourceChange(settings=data.settings)
            source = await services.sources.change(grant.environment_id, source.id, change)
        await keys_changed(services)
        return SourceMade(**msgspec.structs.asdict(_answer(source)), write_key=key)

    @get("/refused", summary="Count requests that no source took")
    async def refused(self, services: Injected) -> Listing[Refused]:
        """Count them by reason, for the whole installation: an unknown write key belongs to no environment.

        `last_at` is in milliseconds. They are some seconds behind.
        """
        return whole(await services.sources.refusals(), lambda each: each)

    @get("/{source_id:int}", summary="Read a source")
    async def retrieve(self, source_id: FromPath[int], grant: Grant, services: Injected) -> SourceAnswer:
        """Answer its settings and a hint of its write key."""
        return _answer(await services.sources.get(grant.environment_id, source_id))

    @patch("/{source_id:int}", summary="Change a source")
    async def change(
        self, source_id: FromPath[int], data: JSONBody[SourcePatch], grant: Grant, services: Injected
    ) -> SourceAnswer:
        """Rename, disable, enable or set up a source. A disabled one's write keys open nothing."""
        change = SourceChange(
            name=None if data.name is UNSET else data.name,
            enabled=None if data.enabled is UNSET else data.enabled,
            enforce_oauth=None if data.enforce_oauth is UNSET else data.enforce_oauth,
            settings=None if data.settings is UNSET else data.settings,
        )
        source = await services.sources.change(grant.environment_id, source_id, change)
        await keys_changed(services)
        return _answer(source)

    @get("/{source_id:int}/write-keys", summary="List a source's write keys")
    async def keys(self, source_id: FromPath[int], grant: Grant, services: Injected) -> Listing[WriteKeyAnswer]:
        """List them by hint, oldest first, revoked ones too."""
        return whole(await services.sources.write_keys(grant.environment_id, source_id), _key)

    @get("/{source_id:int}/write-keys/newest", summary="Show a source's newest write key")
    async def key(
        self, source_id: FromPath[int], grant: Grant, services: Injected, request: Request[Any, Any, Any]
    ) -> WriteKeyShown:
        """Show what to put into a library."""
        key = await services.sources.write_key(grant.environment_id, source_id)
        return WriteKeyShown(key, address(services, request))

    @post("/{source_id:int}/write-keys", status_code=201, summary="Give a source one more write key")
    async def add_key(self, source_id: FromPath[int], grant: Grant, services: Injected) -> WriteKeyAnswer:
        """Rotate: both keys open the source until the old one is revoked."""
        key, now = secrets.token_hex(32), services.clock.now_ms()
        made = await services.sources.add_write_key(grant.environment_id, source_id, key, now=now)
        await keys_changed(services)
        return msgspec.structs.replace(_key(made), write_key=key)

    @delete("/{source_id:int}/write-keys/{key_id:str}", summary="Revoke a write key")
    async def revoke(self, source_id: FromPath[int], key_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Let it open nothing any more."""
        now = services.clock.now_ms()
        await services.sources.revoke_write_key(grant.environment_id, source_id, key_id, now=now)
        await keys_changed(services)


def _answer(source: Source) -> SourceAnswer:
    return SourceAnswer(
        id=source.id,
        name=source.name,
        enabled=source.enabled,
        write_key_hint=source.write_key_hint,
        settings=source.settings,
        created=source.created,
        enforce_oauth=source.enforce_oauth,
    )


def _calls(events: Iterable[Sighted] | None) -> SourceCalls | None:
    if events is None:
        return None
    known = list(events)
    return SourceCalls(max(event.last_seen for event in known), day_counts(known))


def _key(key: WriteKey) -> WriteKeyAnswer:
    return WriteKeyAnswer(key.id, key.hint, key.created, key.revoked)
