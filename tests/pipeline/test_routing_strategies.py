"""Messages go by the strategy of their template, unless somebody nearer says otherwise."""

from typing import Any

import msgspec
import pytest

from tidings.messages import Status
from tidings.routing_strategies import RoutingStrategy
from tidings.tenants import Tenant, TenantTemplateVersion

ANN = {"email": "ann@example.com", "phone_number": "+4915112345678"}


async def keep(house: Any, strategy_id: str, *channels: Any, method: str = "single", **settings: Any) -> None:
    """Keep a strategy."""
    strategy = RoutingStrategy(
        environment_id=1,
        id=strategy_id,
        name=strategy_id.upper(),
        routing={"method": method, "channels": list(channels)},
        created=1,
        updated=7,
        **settings,
    )
    await house.routing_strategies.create(strategy)


@pytest.fixture
async def template(house: Any) -> None:
    """A template for all channels, by text message."""
    await house.map("Order", [{"type": "meta", "title": "T"}, {"type": "text", "content": "B"}])
    stored = await house.templates.get(1, "nt_order")
    await house.templates.replace(1, msgspec.structs.replace(stored.draft, routing_strategy_id="rs_sms"), aliases=None)
    await house.templates.publish(1, "nt_order", version=None, by="k", now=2)
    await keep(house, "rs_sms", "sms", "email")


async def went(house: Any, **message: Any) -> list[str]:
    """Send it to Ann, and tell which channels were asked, until one took it."""
    message_id = await house.send({"to": ANN, "template": "nt_order", **message})
    step = house.outbound(house.fleet())
    while await step.run_once():
        pass
    return [attempt.channel for attempt in await house.messages.attempts(1, message_id)]


async def test_a_templates_strategy_says_the_way(house: Any, template: None) -> None:
    """Also for a call that is mapped to it; one that is written again holds at once."""
    assert await went(house) == ["sms"]
    await house.append({"type": "track", "userId": "ann", "event": "Order", "context": {}})
    await house.profiles.change(1, "u:ann", lambda _: dict(ANN), now=1)
    await house.inbound().run_once(0)
    stored = await house.routing_strategies.get(1, "rs_sms")
    wish = {"method": "all", "channels": ["email", "sms"]}
    await house.routing_strategies.replace(msgspec.structs.replace(stored, routing=wish))
    await house.outbound(house.fleet()).run_once()
    assert await went(house) == ["email", "sms"]


async def test_the_request_says_otherwise(house: Any, template: None) -> None:
    """With channels of its own, or with another strategy."""
    await keep(house, "rs_email", "email")
    assert await went(house, routing={"method": "single", "channels": ["email"]}) == ["email"]
    assert await went(house, routing={"strategy_id": "rs_email"}) == ["email"]


async def test_content_that_a_request_brings_goes_by_a_strategy_too(house: Any, template: None) -> None:
    """`routing.strategy_id` needs no template."""
    message_id = await house.send(
        {"to": ANN, "content": {"title": "a", "body": "b"}, "routing": {"strategy_id": "rs_sms"}}
    )
    await house.outbound(house.fleet()).run_once()
    assert [attempt.channel for attempt in await house.messages.attempts(1, message_id)] == ["sms"]


async def test_a_tenants_template_lies_over_the_strategy(house: Any, template: None) -> None:
    """And below the request, whether it names channels or a strategy."""
    await house.tenants.put(Tenant(environment_id=1, id="shop", name="Shop", properties={}, settings={}), now=1)
    words = TenantTemplateVersion(
        tenant_id="shop",
        template_id="nt_order",
        version=0,
        content={"title": "a", "body": "b"},
        options={"routing": {"method": "single", "channels": ["email"]}},
        created=1,
    )
    await house.tenant_templates.put(1, words, publish=True)
    shop = {"context": {"tenant_id": "shop"}}
    assert await went(house, **shop) == ["email"]
    assert await went(house, **shop, routing={"strategy_id": "rs_sms"}) == ["sms"]


def rows(operator: str) -> list[Any]:
    """A condition as the designer writes it."""
    return [{"conditions": [{"property": "data.urgent", "operator": operator}], "logical_operator": "and"}]


@pytest.mark.parametrize("condition", ["data.urgent", rows("is_not_empty"), rows("is_large")])
async def test_conditions_are_the_strategys_until_the_request_names_channels(
    house: Any, template: None, condition: Any
) -> None:
    """A channel that the strategy closes is passed over, whichever way it says so; who asks for it by name gets it."""
    await keep(house, "rs_closed", "email", "sms", channels={"email": {"if": condition}})
    assert await went(house, routing={"strategy_id": "rs_closed"}) == ["email", "sms"]
    asked = {"strategy_id": "rs_closed", "method": "single", "channels": ["email"]}
    assert await went(house, routing=asked) == ["email"]


async def test_a_strategy_that_is_gone_sends_nothing(house: Any) -> None:
    """Nobody knows which ways were meant: the log names the strategy. Channels of the request's own still hold."""
    request = {"to": ANN, "content": {"title": "a", "body": "b"}}
    lost = await house.send({**request, "routing": {"strategy_id": "rs_x"}})
    kept = await house.send({**request, "routing": {"strategy_id": "rs_x", "channels": ["email"]}})
    await house.outbound(house.fleet()).run_once()
    message = await house.messages.get(1, lost)
    assert message.status is Status.UNROUTABLE
    assert "rs_x" in message.error
    assert (await house.messages.get(1, kept)).status is Status.SENT


async def test_explaining_names_the_strategy(house: Any, template: None) -> None:
    """What was in force then is on record with its last writing; asked now, the one of now."""
    message_id = await house.send({"to": ANN, "template": "nt_order"})
    await house.outbound(house.fleet()).run_once()
    explained = await house.explainer().message(1, message_id)
    named = {"id": "rs_sms", "name": "RS_SMS", "updated": 7}
    for steps in (explained.steps, explained.now):
        assert [step.facts["routing_strategy"] for step in steps if "routing_strategy" in step.facts] == [named]


async def test_messages_without_a_strategy_ask_for_none(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step reads strategies once for a batch that has some, and never for one that has none."""
    asked = []
    find = type(house.routing_strategies).find

    async def noting(self: Any, keys: Any) -> Any:
        asked.append(list(keys))
        return await find(self, keys)

    monkeypatch.setattr(type(house.routing_strategies), "find", noting)
    request = {"to": ANN, "content": {"title": "a", "body": "b"}}
    await house.send(request)
    await house.outbound(house.fleet()).run_once()
    assert asked == []
    await keep(house, "rs_1", "email")
    await house.send_many([{**request, "routing": {"strategy_id": "rs_1"}}] * 3)
    await house.outbound(house.fleet()).run_once()
    assert asked == [[(1, "rs_1")]]
