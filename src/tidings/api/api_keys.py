"""API keys of an environment. Courier's settings page shows them; ours are shown once (ADR 0065)."""

from typing import Annotated

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.services import keys_changed
from tidings.clock import iso
from tidings.workspaces import ApiKey, new_api_key


class ApiKeyBody(msgspec.Struct):
    """A key to make."""

    name: Annotated[str, Meta(max_length=200)] = ""
    """What it is for, to recognise it in the list."""


class ApiKeyAnswer(msgspec.Struct, kw_only=True):
    """A key, by its hint."""

    id: str
    name: str
    hint: str
    """The prefix and the last four characters: `pk_prod_…x1Yz`."""
    created: str
    last_used: str | None
    """To the hour."""
    revoked: str | None


class ApiKeyMade(ApiKeyAnswer, kw_only=True):
    """A new key, whole."""

    key: str
    """Shown now and never again: only its hash is kept."""


class ApiKeyController(Controller):
    """Keys that open this environment to Courier clients."""

    path = "/api-keys"
    tags = ("API keys",)

    @get(summary="List API keys")
    async def all(self, grant: Grant, services: Injected) -> Listing[ApiKeyAnswer]:
        """List the environment's keys, oldest first, revoked ones too."""
        found = await services.api_keys.all(grant.workspace_id, grant.environment_id)
        return whole(found, _shown)

    @post(status_code=201, summary="Make an API key", response_headers={"Cache-Control": "no-store"})
    async def create(self, data: JSONBody[ApiKeyBody], grant: Grant, services: Injected) -> ApiKeyMade:
        """Make a key of this environment. It opens the API within moments; those before it do as before."""
        key, now = new_api_key(grant.environment), services.clock.now_ms()
        made = await services.api_keys.add(grant.environment_id, key, name=data.name.strip(), now=now)
        await keys_changed(services)
        return ApiKeyMade(**msgspec.structs.asdict(_shown(made)), key=key)

    @delete("/{key_id:str}", status_code=204, summary="Revoke an API key")
    async def revoke(self, key_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Let it open nothing any more, within moments. The one that asks may end itself."""
        now = services.clock.now_ms()
        await services.api_keys.revoke(grant.workspace_id, key_id, now=now, environment_id=grant.environment_id)
        await keys_changed(services)


def _shown(key: ApiKey) -> ApiKeyAnswer:
    return ApiKeyAnswer(
        id=key.id,
        name=key.name,
        hint=key.hint,
        created=iso(key.created_at),
        last_used=None if key.last_used_at is None else iso(key.last_used_at),
        revoked=None if key.revoked_at is None else iso(key.revoked_at),
    )
