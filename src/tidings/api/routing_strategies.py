"""Routing strategies: a wish about channels and providers that templates share (courier-api.md §19)."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency, keyed_id
from tidings.api.injected import Injected
from tidings.api.notification_wire import Summary, summary
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.api.strategy_wire import (
    StrategyAnswer,
    StrategyBody,
    StrategySummary,
    described,
    strategy_answer,
    strategy_of,
)
from tidings.errors import Conflict, InvalidInput, NotFound
from tidings.routing_strategies import RoutingStrategy


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
        return listing(found, lambda each: StrategySummary(**described(each)))

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
        wanted = _wanted(data, keyed or ids.prefixed_id("rs", now), grant, services)
        try:
            return strategy_answer(await services.routing_strategies.create(wanted))
        except Conflict:
            if keyed is None:
                raise
            return strategy_answer(await services.routing_strategies.get(grant.environment_id, keyed))

    @get("/{strategy_id:str}", summary="Read a routing strategy")
    async def retrieve(self, strategy_id: FromPath[str], grant: Grant, services: Injected) -> StrategyAnswer:
        """Answer it whole."""
        return strategy_answer(await services.routing_strategies.get(grant.environment_id, strategy_id))

    @put("/{strategy_id:str}", summary="Replace a routing strategy")
    async def replace(
        self, strategy_id: FromPath[str], data: JSONBody[StrategyBody], grant: Grant, services: Injected
    ) -> StrategyAnswer:
        """Replace it whole. It holds from now on, for messages too that were tried before and are tried again."""
        wanted = _wanted(data, strategy_id, grant, services)
        return strategy_answer(await services.routing_strategies.replace(wanted))

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


def _wanted(data: StrategyBody, strategy_id: str, grant: Grant, services: Injected) -> RoutingStrategy:
    now = services.clock.now_ms()
    return strategy_of(data, strategy_id, environment_id=grant.environment_id, by=grant.key_id, now=now)
