"""Routing strategies: a wish about channels and providers that templates share (courier-api.md §19)."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.notification_wire import Summary, summary
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.condition import Group as ConditionGroup
from tidings.errors import Conflict, InvalidInput, NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, Named, Routing, nests_deeper
from tidings.ingest.timeouts import check_timeouts
from tidings.routing_strategies import RoutingStrategy

Json = dict[str, Any]
_BYTES_MAX = 64 * 1024
"""Of one strategy, written as JSON: a hundred channels and providers with their settings have room."""
_Condition = str | tuple[ConditionGroup, ...] | None


class StrategyRouting(msgspec.Struct):
    """The declared wish: by one of these channels in order, or by all. An item is a channel, a provider or a wish."""

    method: Literal["single", "all"]
    channels: Annotated[list[str | Routing], Meta(min_length=1, max_length=100)]


class StrategyBody(msgspec.Struct):
    """A strategy to write. `channels` and `providers` hold settings by name, as a request to send has them."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    routing: StrategyRouting
    channels: Named | None = None
    providers: Named | None = None
    description: Annotated[str, Meta(max_length=2_000)] | None = None
    tags: Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=100)] | None = None


class StrategySummary(msgspec.Struct, kw_only=True):
    """A strategy in a listing."""

    id: str
    name: str
    created: int
    creator: str
    updated: int
    updater: str
    description: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET


class StrategyAnswer(StrategySummary, kw_only=True):
    """A strategy whole."""

    routing: Json
    channels: dict[str, Json]
    providers: dict[str, Json]


class RoutingStrategyController(Controller):
    """Templates name a strategy; what it says holds unless a tenant's template or the request says otherwise."""

    path = "/routing-strategies"
    tags = ("Routing",)

    @get(summary="List routing strategies")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[StrategySummary]:
        """List them, newest first, without what they say."""
        found = await services.routing_strategies.page(grant.environment_id, limit=limit, cursor=cursor)
        return listing(found, lambda each: StrategySummary(**_described(each)))

    @post(status_code=201, summary="Create a routing strategy")
    async def create(
        self,
        data: JSONBody[StrategyBody],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> StrategyAnswer:
        """Keep a new one; its id is drawn, or derived from the idempotency key."""
        now = services.clock.now_ms()
        check_idempotency(key, expiration, now=now)
        keyed = keyed_id("rs", grant.environment_id, "POST /routing-strategies", key) if key else None
        wanted = _wanted(data, keyed or ids.prefixed_id("rs", now), grant, now=now)
        try:
            return _answer(await services.routing_strategies.create(wanted))
        except Conflict:
            if keyed is None:
                raise
            return _answer(await services.routing_strategies.get(grant.environment_id, keyed))

    @get("/{strategy_id:str}", summary="Read a routing strategy")
    async def retrieve(self, strategy_id: FromPath[str], grant: Grant, services: Injected) -> StrategyAnswer:
        """Answer it whole."""
        return _answer(await services.routing_strategies.get(grant.environment_id, strategy_id))

    @put("/{strategy_id:str}", summary="Replace a routing strategy")
    async def replace(
        self, strategy_id: FromPath[str], data: JSONBody[StrategyBody], grant: Grant, services: Injected
    ) -> StrategyAnswer:
        """Replace it whole. It holds from now on, for messages too that were tried before and are tried again."""
        wanted = _wanted(data, strategy_id, grant, now=services.clock.now_ms())
        return _answer(await services.routing_strategies.replace(wanted))

    @delete("/{strategy_id:str}", summary="Archive a routing strategy")
    async def archive(self, strategy_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Take it out of use; 409 while a template names it, as draft or as published."""
        await services.routing_strategies.delete(grant.environment_id, strategy_id)

    @get("/{strategy_id:str}/notifications", summary="List the templates of a routing strategy")
    async def list_notifications(
        self,
        strategy_id: FromPath[str],
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
    ) -> Listing[Summary]:
        """List the templates in use that name it, as draft or as published; newest first."""
        strategy = await services.routing_strategies.get(grant.environment_id, strategy_id)
        found = await services.templates.page(grant.environment_id, limit=limit, cursor=cursor, strategy_id=strategy.id)
        return listing(found, summary)


async def check_strategy(strategy_id: str | None, grant: Grant, services: Injected, *, path: str) -> None:
    """See that a strategy that a template names is there. Raises `InvalidInput`."""
    if strategy_id is None:
        return
    try:
        await services.routing_strategies.get(grant.environment_id, strategy_id)
    except NotFound as error:
        raise InvalidInput(f"{error}: POST /routing-strategies makes one", path=path) from None


def _wanted(data: StrategyBody, strategy_id: str, grant: Grant, *, now: int) -> RoutingStrategy:
    said: Json = msgspec.to_builtins(data)
    if nests_deeper(said, DEPTH_MAX):
        raise TooLarge(f"a routing strategy nests {DEPTH_MAX} levels at most", path="routing")
    if len(msgspec.json.encode(said)) > _BYTES_MAX:
        raise TooLarge(f"a routing strategy has {_BYTES_MAX // 1024} kB at most", path="channels")
    for kind, settings in (("channels", data.channels), ("providers", data.providers)):
        check_timeouts(settings, path=kind)
        for name, own in (settings or {}).items():
            _check_condition(own.get("if"), path=f"{kind}.{name}.if")
    return RoutingStrategy(
        environment_id=grant.environment_id,
        id=strategy_id,
        name=data.name,
        description=data.description,
        tags=tuple(data.tags or ()),
        routing=_routing(said["routing"]),
        channels=data.channels or {},
        providers=data.providers or {},
        created=now,
        creator=grant.key_id,
        updated=now,
        updater=grant.key_id,
    )


def _routing(wish: Json) -> Json:
    """Write a wish as it was said: what was left out stays out. Raises `InvalidInput` for a strategy within one."""
    if wish.get("strategy_id") is not None:
        raise InvalidInput("a routing strategy names no other", path="routing.channels")
    said = {name: value for name, value in wish.items() if value is not None}
    if "channels" in said:
        said["channels"] = [each if isinstance(each, str) else _routing(each) for each in said["channels"]]
    return said


def _check_condition(said: Any, *, path: str) -> None:
    if said is None:
        return
    try:
        condition(msgspec.convert(said, _Condition) or "")
    except (ConditionError, msgspec.ValidationError) as error:
        raise InvalidInput(str(error), path=path) from None


def _answer(strategy: RoutingStrategy) -> StrategyAnswer:
    return StrategyAnswer(
        **_described(strategy),
        routing=strategy.routing,
        channels=strategy.channels,
        providers=strategy.providers,
    )


def _described(strategy: RoutingStrategy) -> dict[str, Any]:
    return {
        "id": strategy.id,
        "name": strategy.name,
        "created": strategy.created,
        "creator": strategy.creator,
        "updated": strategy.updated,
        "updater": strategy.updater,
        "description": strategy.description if strategy.description is not None else UNSET,
        "tags": list(strategy.tags) or UNSET,
    }
