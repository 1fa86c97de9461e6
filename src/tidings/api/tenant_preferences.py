"""What a tenant wants for its users until they choose (courier-api.md §15)."""

from typing import Annotated

import msgspec
from litestar import Controller, delete, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.preference_sections import Channel
from tidings.errors import NotFound
from tidings.preferences import Choice, Inherited


class InheritedBody(msgspec.Struct):
    """What is wanted of a topic."""

    status: Choice
    has_custom_routing: bool | None = None
    custom_routing: Annotated[list[Channel], Meta(max_length=6)] | None = None


class TenantPreferenceController(Controller):
    """A tenant's defaults."""

    path = "/tenants/{tenant_id:str}/default_preferences/items"
    tags = ("Tenants", "Preferences")

    @put("/{topic_id:str}", status_code=204, summary="Say what a tenant wants of a topic")
    async def update(
        self,
        *,
        tenant_id: FromPath[str],
        topic_id: FromPath[str],
        data: JSONBody[InheritedBody],
        grant: Grant,
        services: Injected,
    ) -> None:
        """It holds in the tenant's name, and in those of tenants below it, for users who have not chosen."""
        key = (grant.environment_id, topic_id)
        if key not in await services.preferences.topics([key]):
            raise NotFound("there is no topic of this id")
        item = Inherited(
            id=topic_id,
            status=data.status,
            has_custom_routing=data.has_custom_routing,
            custom_routing=None if data.custom_routing is None else tuple(dict.fromkeys(data.custom_routing)),
        )
        wanted = msgspec.to_builtins(item)
        await services.tenants.prefer(grant.environment_id, tenant_id, topic_id, wanted, now=services.clock.now_ms())

    @delete("/{topic_id:str}", summary="Let the topic's default hold again")
    async def delete(self, tenant_id: FromPath[str], topic_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """What users chose stays. A topic of which nothing was said is no fault."""
        await services.tenants.prefer(grant.environment_id, tenant_id, topic_id, None, now=services.clock.now_ms())
