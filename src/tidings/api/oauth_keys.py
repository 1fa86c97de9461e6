"""OAuth keys: the public keys of apps that may send a source's calls."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.address import address
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.services import keys_changed
from tidings.workspaces import PEM_CHARACTERS_MAX, OAuthKey, new_oauth_key

_Asked = Request[Any, Any, Any]
_Name = Annotated[str, Meta(min_length=1, max_length=128)]


class OAuthKeyBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A public key to register. Ids that are left out are made up."""

    public_key: Annotated[str, Meta(min_length=1, max_length=PEM_CHARACTERS_MAX)]
    """An RSA key in PEM, of 2048 to 8192 bits."""
    client_id: _Name | None = None
    """The app's id, which its library calls `clientId`; an app may have keys for several sources."""
    key_id: _Name | None = None
    """The key's id, which the library calls `keyId`."""


class OAuthKeyAnswer(msgspec.Struct, kw_only=True):
    """A registered key, and what to put into a library beside the private one."""

    id: str
    client_id: str
    key_id: str
    auth_server: str
    """Where tokens are asked for: the setting `public_url`; without it, the address that this was asked at."""
    fingerprint: str
    """SHA-256 of the key's DER, in hex."""
    public_key: str
    created: int


class OAuthKeyController(Controller):
    """By whose signature apps send calls of a source."""

    path = "/sources/{source_id:int}/oauth-keys"
    tags = ("Sources",)

    @get(summary="List a source's OAuth keys")
    async def all(
        self, source_id: FromPath[int], grant: Grant, services: Injected, request: _Asked
    ) -> Listing[OAuthKeyAnswer]:
        """List them, oldest first."""
        found = await services.oauth.keys.all(grant.environment_id, source_id)
        return whole(found, lambda key: _answer(key, address(services, request)))

    @post(status_code=201, summary="Register an OAuth key for a source")
    async def add(
        self,
        source_id: FromPath[int],
        data: JSONBody[OAuthKeyBody],
        grant: Grant,
        services: Injected,
        request: _Asked,
    ) -> OAuthKeyAnswer:
        """Let apps that hold its private key send the source's calls. Several keys stand beside each other."""
        now = services.clock.now_ms()
        key = new_oauth_key(source_id, data.public_key, client_id=data.client_id, key_id=data.key_id, now=now)
        await services.oauth.keys.add(grant.environment_id, source_id, key)
        await keys_changed(services)
        return _answer(key, address(services, request))

    @delete("/{oauth_key_id:str}", summary="Remove an OAuth key")
    async def remove(
        self, source_id: FromPath[int], oauth_key_id: FromPath[str], grant: Grant, services: Injected
    ) -> None:
        """Forget it. Tokens that were issued by it open nothing any more, in every process within 5 s."""
        await services.oauth.keys.remove(grant.environment_id, source_id, oauth_key_id)
        await keys_changed(services)


def _answer(key: OAuthKey, auth_server: str) -> OAuthKeyAnswer:
    return OAuthKeyAnswer(
        id=key.id,
        client_id=key.client_id,
        key_id=key.key_id,
        auth_server=auth_server,
        fingerprint=key.fingerprint,
        public_key=key.public_key,
        created=key.created,
    )
