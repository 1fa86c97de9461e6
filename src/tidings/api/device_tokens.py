"""The devices that a user can be reached on by push (courier-api.md §5.1)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, delete, get, patch, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.permission import opens_to_tokens
from tidings.errors import InvalidInput, TooLarge
from tidings.ingest.send import check_user_id
from tidings.profiles import DEVICES_MAX, LIFE_MS, DeviceToken, Service, TokenStatus

Json = dict[str, Any]
SAID_BYTES_MAX = 16 * 1024
"""Of what comes with one token, as JSON."""

_Token = Annotated[str, Meta(min_length=1, max_length=1024)]
_NEVER = False


class TokenBody(msgspec.Struct):
    """A token to keep."""

    provider_key: Service
    token: _Token | None = None
    device: Json | None = None
    tracking: Json | None = None
    properties: Any = None
    expiry_date: str | bool | None = None
    """ISO-8601, or false for never; without, sixty days after it was last registered."""


class TokensBody(msgspec.Struct):
    """Several tokens to keep."""

    tokens: Annotated[list[TokenBody], Meta(max_length=DEVICES_MAX)] = []


class Change(msgspec.Struct):
    """One step of a JSON patch."""

    op: Literal["add", "replace", "remove"]
    path: Annotated[str, Meta(max_length=300, pattern="^/")]
    value: Any = None


class PatchBody(msgspec.Struct):
    """A JSON patch."""

    patch: Annotated[list[Change], Meta(max_length=50)]


class TokenAnswer(msgspec.Struct, omit_defaults=True):
    """A token as it is kept."""

    token: str
    provider_key: str
    status: str | UnsetType = UNSET
    status_reason: str | UnsetType = UNSET
    device: Json | UnsetType = UNSET
    tracking: Json | UnsetType = UNSET
    properties: Any = UNSET
    expiry_date: str | bool | UnsetType = UNSET


class TokensAnswer(msgspec.Struct):
    """A user's tokens."""

    tokens: list[TokenAnswer]


_TOKENS = opens_to_tokens("user-tokens", of="user_id")


class DeviceTokenController(Controller):
    """Devices."""

    path = "/users/{user_id:str}/tokens"
    tags = ("Profiles",)

    @get(summary="List a user's device tokens", opt=_TOKENS)
    async def all(self, user_id: FromPath[str], grant: Grant, services: Injected) -> TokensAnswer:
        """Oldest first; an unknown user has none."""
        found = await services.devices.all(grant.environment_id, user_id)
        return TokensAnswer([_answer(each) for each in found])

    @put(status_code=204, summary="Keep several device tokens")
    async def add_multiple(
        self, user_id: FromPath[str], request: Request[Any, Any, Any], grant: Grant, services: Injected
    ) -> None:
        """Take `{"tokens": […]}`, a bare array, or nothing."""
        body = await request.body()
        kind: Any = list[TokenBody] if body.lstrip()[:1] == b"[" else TokensBody
        read = msgspec.json.decode(body, type=kind) if body.strip() else TokensBody()
        wanted = read if isinstance(read, list) else read.tokens
        if len(wanted) > DEVICES_MAX:
            raise InvalidInput(f"are {DEVICES_MAX} at most", path="tokens")
        made = []
        for number, each in enumerate(wanted):
            if each.token is None:
                raise InvalidInput("is missing", path=f"tokens[{number}].token")
            made.append(_made(each, each.token, user_id, grant, services))
        await services.devices.put(made)

    @get("/{token:str}", summary="Read a device token", opt=_TOKENS)
    async def retrieve(
        self, user_id: FromPath[str], token: FromPath[str], grant: Grant, services: Injected
    ) -> TokenAnswer:
        """Answer it with its status; `failed` is one that its service does not know any more."""
        return _answer(await services.devices.get(grant.environment_id, user_id, token))

    @put("/{token:str}", status_code=204, summary="Keep a device token", opt=_TOKENS)
    async def add_single(
        self, user_id: FromPath[str], token: FromPath[str], data: JSONBody[TokenBody], grant: Grant, services: Injected
    ) -> None:
        """Register it, or register it again: it is active from now on."""
        if data.token not in {None, token}:
            raise InvalidInput("is another than in the path", path="token")
        await services.devices.put([_made(data, token, user_id, grant, services)])

    @patch("/{token:str}", status_code=204, summary="Change a device token", opt=_TOKENS)
    async def update(
        self, user_id: FromPath[str], token: FromPath[str], data: JSONBody[PatchBody], grant: Grant, services: Injected
    ) -> None:
        """Change what is said of it, such as `/status` to `revoked`; its id cannot change."""
        stored = await services.devices.get(grant.environment_id, user_id, token)
        await services.devices.put([_patched(stored, data.patch, services.clock.now_ms())])

    @delete("/{token:str}", summary="Forget a device token", opt=_TOKENS)
    async def delete(self, user_id: FromPath[str], token: FromPath[str], grant: Grant, services: Injected) -> None:
        """Forget it; answer 404 for one that was never there."""
        await services.devices.delete(grant.environment_id, user_id, token)


def _made(body: TokenBody, token: str, user_id: str, grant: Grant, services: Injected) -> DeviceToken:
    check_user_id(user_id, path="user_id")
    now = services.clock.now_ms()
    said = {
        name: value
        for name in ("device", "tracking", "properties", "expiry_date")
        if (value := getattr(body, name)) is not None
    }
    return _checked(
        DeviceToken(
            environment_id=grant.environment_id,
            user_id=user_id,
            token=token,
            service=body.provider_key,
            expires_at=_expires_at(body.expiry_date, now),
            said=said,
            created=now,
            updated=now,
        )
    )


def _checked(token: DeviceToken) -> DeviceToken:
    if len(token.token.encode()) > 1024 or "\x00" in token.token:
        raise InvalidInput("has 1024 bytes at most, and no NUL", path="token")
    if len(msgspec.json.encode(token.said)) > SAID_BYTES_MAX:
        raise TooLarge(f"what comes with a token has {SAID_BYTES_MAX} bytes at most", path="properties")
    return token


def _expires_at(said: Any, now: int) -> int | None:
    """Read an end. Raises `InvalidInput` for what is no time."""
    if said is None:
        return now + LIFE_MS
    if said is _NEVER:
        return None
    try:
        at = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        raise InvalidInput("is an ISO-8601 time, or false for never", path="expiry_date") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _patched(stored: DeviceToken, changes: list[Change], now: int) -> DeviceToken:
    """Apply a patch to the token as it is answered, and read it back. Raises `InvalidInput` naming the step."""
    said: Json = msgspec.to_builtins(_answer(stored))
    for number, change in enumerate(changes):
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in change.path.split("/")[1:]]
        place: Any = said
        for step in steps:
            place = place.setdefault(step, {}) if isinstance(place, dict) else None
        if not isinstance(place, dict) or (change.path.split("/")[1] == "token"):
            raise InvalidInput("cannot be changed", path=f"patch[{number}].path")
        if change.op == "remove":
            place.pop(last, None)
        else:
            place[last] = change.value
    try:
        body = msgspec.convert({name: said[name] for name in TokenBody.__struct_fields__ if name in said}, TokenBody)
        status = msgspec.convert(said.get("status", "active"), TokenStatus)
        reason = msgspec.convert(said.get("status_reason", ""), Annotated[str, Meta(max_length=300)])
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error), path="patch") from None
    kept = {
        name: value
        for name in ("device", "tracking", "properties", "expiry_date")
        if (value := getattr(body, name)) is not None
    }
    changed = msgspec.structs.replace(stored, service=body.provider_key, status=status, status_reason=reason, said=kept)
    if kept.get("expiry_date") != stored.said.get("expiry_date"):
        changed = msgspec.structs.replace(changed, expires_at=_expires_at(body.expiry_date, now))
    return _checked(msgspec.structs.replace(changed, updated=now))


def _answer(token: DeviceToken) -> TokenAnswer:
    reason = token.status_reason or UNSET
    return TokenAnswer(
        token=token.token, provider_key=token.service, status=token.status, status_reason=reason, **token.said
    )
