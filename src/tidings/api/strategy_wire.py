"""Routing strategies as they are written and shown (courier-api.md §19): by the API, and by the command line."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.condition import Group as ConditionGroup
from tidings.errors import InvalidInput, TooLarge
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


def strategy_of(data: StrategyBody, strategy_id: str, *, environment_id: int, by: str, now: int) -> RoutingStrategy:
    """Read what somebody wrote. Raises `InvalidInput` with the path of what cannot be, `TooLarge` past its size."""
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
        environment_id=environment_id,
        id=strategy_id,
        name=data.name,
        description=data.description,
        tags=tuple(data.tags or ()),
        routing=_routing(said["routing"]),
        channels=data.channels or {},
        providers=data.providers or {},
        created=now,
        creator=by,
        updated=now,
        updater=by,
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


def strategy_answer(strategy: RoutingStrategy) -> StrategyAnswer:
    """Show a strategy whole."""
    return StrategyAnswer(
        **described(strategy),
        routing=strategy.routing,
        channels=strategy.channels,
        providers=strategy.providers,
    )


def described(strategy: RoutingStrategy) -> dict[str, Any]:
    """Say of a strategy what a listing says."""
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
