"""In whose name messages are sent, and by which strategy: what is read of templates and tenants for a batch."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.messages import Message, tenant_of
from tidings.pipeline.memory import Memory
from tidings.ports import RoutingStrategyStore, TemplateStore, TenantStore, TenantTemplateStore
from tidings.routing_strategies import RoutingStrategy, laid
from tidings.templates import TemplateVersion
from tidings.tenants import NOBODY, Lineage, TenantTemplateVersion

Key = tuple[int, str]


class Standing(msgspec.Struct, frozen=True):
    """What a message says, and in whose name."""

    version: TemplateVersion | None = None
    """None for content that the request brought, and for a template that nobody knows."""
    lineage: Lineage = NOBODY
    strategy_id: str = ""
    """The routing strategy that the request names, else the template; empty for none."""
    strategy: RoutingStrategy | None = None
    """None also where it is not there any more."""


class Tenancy(msgspec.Struct, frozen=True):
    """Reads templates, tenants and strategies of many messages at once; what no message names is not asked for."""

    templates: TemplateStore
    tenants: TenantStore
    own: TenantTemplateStore
    strategies: RoutingStrategyStore

    async def read(self, messages: Sequence[Message], memory: Memory | None = None) -> dict[str, Standing]:
        """Find what each says, by message id. What `memory` knows of templates is not asked again."""
        keys = {_key(message) for message in messages if message.content is None}
        versions = await (memory or Memory()).ask(self.templates.published, sorted(keys)) if keys else {}
        lineages = await self._lineages(messages)
        owned = await self._owned(messages, versions, lineages)
        standing = {}
        for message in messages:
            lineage = lineages.get(message.id, NOBODY)
            version = None if message.content is not None else versions.get(_key(message))
            own = owned.get(message.id)
            standing[message.id] = Standing(version if own is None else _said_by(own, version), lineage)
        return await self._routed(messages, standing)

    async def _routed(self, messages: Sequence[Message], standing: dict[str, Standing]) -> dict[str, Standing]:
        named = {
            message.id: (message.environment_id, strategy_id)
            for message in messages
            if (strategy_id := _strategy_of(message, standing[message.id].version))
        }
        if not named:
            return standing
        found = await self.strategies.find(sorted(set(named.values())))
        return standing | {
            message_id: msgspec.structs.replace(standing[message_id], strategy_id=key[1], strategy=found.get(key))
            for message_id, key in named.items()
        }

    async def _lineages(self, messages: Sequence[Message]) -> dict[str, Lineage]:
        named = {message.id: (message.environment_id, tenant) for message in messages if (tenant := tenant_of(message))}
        if not named:
            return {}
        found = await self.tenants.lineages(sorted(set(named.values())))
        members = {
            message.id: (message.environment_id, message.user_key, named[message.id][1])
            for message in messages
            if message.user_key and named.get(message.id) in found
        }
        profiles = await self.tenants.member_profiles(sorted(set(members.values()))) if members else {}
        return {
            message_id: _of_member(found[key], profiles.get(members[message_id]) if message_id in members else None)
            for message_id, key in named.items()
            if key in found
        }

    async def _owned(
        self, messages: Sequence[Message], versions: Mapping[Key, TemplateVersion], lineages: Mapping[str, Lineage]
    ) -> dict[str, TenantTemplateVersion]:
        """Find the tenants' own words: the nearest tenant that has some speaks."""
        asked: dict[str, list[tuple[int, str, str]]] = {}
        for message in messages:
            key = _key(message)
            if message.content is None and message.id in lineages and key[1]:
                template_id = versions[key].template_id if key in versions else key[1]
                asked[message.id] = [(key[0], tenant, template_id) for tenant in lineages[message.id].ids]
        found = await self.own.published(sorted({one for each in asked.values() for one in each})) if asked else {}
        speaking = {message_id: [found[one] for one in each if one in found] for message_id, each in asked.items()}
        return {message_id: first[0] for message_id, first in speaking.items() if first}


def with_options(message: Message, standing: Standing) -> Message:
    """Lay what the request says of its ways over what is said below it.

    That is the template's strategy, and over it what a tenant's template says; or the strategy that the request names,
    which lies over the tenant's.
    """
    own = standing.version.options if standing.version else {}
    strategy = standing.strategy.options if standing.strategy else {}
    if not own and not strategy:
        return message
    below = laid(own, strategy) if _named(message) else laid(strategy, own)
    return msgspec.structs.replace(message, options=laid(below, message.options))


def lost_strategy(message: Message, standing: Standing) -> str:
    """Name the strategy that a message would go by and that is not there; empty when none is missed."""
    routing = message.options.get("routing")
    asks = isinstance(routing, Mapping) and bool(routing.get("channels"))
    return standing.strategy_id if standing.strategy is None and not asks else ""


def _strategy_of(message: Message, version: TemplateVersion | None) -> str:
    return _named(message) or (version.routing_strategy_id or "" if version else "")


def _named(message: Message) -> str:
    """Read `routing.strategy_id` of a request to send."""
    routing = message.options.get("routing")
    named = routing.get("strategy_id") if isinstance(routing, Mapping) else None
    return named if isinstance(named, str) else ""


def _of_member(lineage: Lineage, profile: dict[str, Any] | None) -> Lineage:
    return msgspec.structs.replace(lineage, member=profile) if profile else lineage


def _said_by(own: TenantTemplateVersion, version: TemplateVersion | None) -> TemplateVersion:
    """Put a tenant's words in place of the environment's; what it does not say itself stays: brand, topic, headers."""
    base = version or TemplateVersion(template_id=own.template_id, version=0, name=own.template_id, content={})
    return msgspec.structs.replace(
        base, tenant_id=own.tenant_id, version=own.version, content=own.content, options=own.options
    )


def _key(message: Message) -> Key:
    return (message.environment_id, message.template_id or message.event)
