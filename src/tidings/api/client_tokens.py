"""Tokens for apps and browsers: issuing them, and what they open (courier-api.md §17)."""

from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.errors import NotAllowed
from tidings.workspaces import SCOPE_CHARACTERS_MAX, ClientToken, life_s, scopes_of

_LIFE = "1 hour"


class TokenBody(msgspec.Struct):
    """What a token is to open, and for how long."""

    scope: Annotated[str, Meta(max_length=SCOPE_CHARACTERS_MAX)]
    """Such as `user_id:ann read:preferences write:preferences`."""
    expires_in: Annotated[str, Meta(max_length=50)] | float = _LIFE


class IssuedToken(msgspec.Struct):
    """The token. It is kept nowhere."""

    token: str


class ClientTokenController(Controller):
    """What an API key may hand on."""

    path = "/auth"
    tags = ("API keys",)

    @post(
        "/issue-token",
        status_code=200,
        summary="Issue a token for an app or a browser",
        response_headers={"Cache-Control": "no-store"},
    )
    async def issue(self, data: JSONBody[TokenBody], grant: Grant, services: Injected) -> IssuedToken:
        """Sign a JWT. It opens users' preferences and devices, and brands, as its scope says, and ends with its key."""
        if services.grants.of_key(grant.key_id) is None:
            raise NotAllowed("A token ends with the API key that issued it: ask with a key, not with Studio's session.")
        token = ClientToken(grant.key_id, grant.environment_id, scopes_of(data.scope))
        signed = services.client_tokens.issue(token, now=services.clock.now_ms(), life_s=life_s(data.expires_in))
        return IssuedToken(token=signed)
