"""Messages in a tenant's name: its words, its brand, what it knows of its users."""

from typing import Any

import pytest

from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.brands import Brand
from tidings.messages import Status
from tidings.preferences import Preference
from tidings.tenants import Tenant, TenantTemplateVersion


async def make_tenant(house: Any, tenant_id: str, parent: str = "", **settings: Any) -> None:
    """Make a tenant below another one."""
    settings |= {"parent_tenant_id": parent} if parent else {}
    properties = {"city": tenant_id.title()}
    tenant = Tenant(environment_id=1, id=tenant_id, name=tenant_id.upper(), properties=properties, settings=settings)
    await house.tenants.put(tenant, now=1)


async def say(house: Any, tenant_id: str, title: str, **options: Any) -> None:
    """Let a tenant have its own words for the order."""
    content = {"title": title, "body": "{{tenant.city}} {{profile.tone}}"}
    version = TenantTemplateVersion(
        tenant_id=tenant_id, template_id="nt_order", version=0, content=content, options=options, created=1
    )
    await house.tenant_templates.put(1, version, publish=True)


async def sent(house: Any, message: dict[str, Any]) -> dict[str, Any]:
    """Send it, and read the mail that came out."""
    message_id = await house.send({"to": {"email": "ann@example.com"}, **message})
    await house.outbound(house.fleet()).run_once()
    (item,) = await house.outbox.get(1, message_id)
    content: dict[str, Any] = item.content
    return content


@pytest.fixture
async def tenants(house: Any, email_elements: Any) -> None:
    """A template of the environment, and a shop below a holding."""
    await house.map("Order", email_elements("Order"))
    await make_tenant(house, "holding", brand_id="br_holding", user_profile={"tone": "dear"})
    await make_tenant(house, "shop", "holding")
    settings = {"email": {"footer": {"markdown": "Footer of {{brand.id}}"}}}
    for brand_id in ("br_default", "br_holding", "br_email"):
        brand = Brand(
            environment_id=1, id=brand_id, name=brand_id, created=1, updated=1, published=1, settings=settings
        )
        await house.brands.create(brand)


async def test_the_nearest_tenant_that_has_words_says_them(house: Any, tenants: None) -> None:
    """A tenant's own, else those of the tenant above it, else the environment's."""
    shop = {"template": "nt_order", "context": {"tenant_id": "shop"}}
    assert (await sent(house, shop))["subject"] == "Order"
    await say(house, "holding", "From {{tenant.name}}")
    assert (await sent(house, shop))["subject"] == "From SHOP"
    await say(house, "shop", "At the shop")
    mail = await sent(house, shop)
    assert mail["subject"] == "At the shop"
    assert "Shop dear" in mail["text"]
    assert (await sent(house, {"template": "nt_order"}))["subject"] == "Order"
    assert (await sent(house, {**shop, "to": {"email": "a@b.de", "context": {"tenant_id": "holding"}}}))[
        "subject"
    ] == "From HOLDING"


async def test_a_tenants_version_is_on_record_and_its_compiled_words_are_its_own(house: Any, tenants: None) -> None:
    """Version 1 of a tenant is not version 1 of the environment, nor of another tenant."""
    await say(house, "shop", "Shop 1")
    await say(house, "holding", "Holding 1")
    for tenant_id, title in (("shop", "Shop 1"), ("holding", "Holding 1"), ("", "Order")):
        context = {"context": {"tenant_id": tenant_id}} if tenant_id else {}
        assert (await sent(house, {"template": "nt_order", **context}))["subject"] == title


async def test_a_mapped_event_and_a_template_of_the_tenant_alone(house: Any, tenants: None) -> None:
    """A track in a tenant's name says the tenant's words; a tenant may have words that nobody else has."""
    await say(house, "shop", "Shop")
    event = {"template": "Segment-TrackEvent:Order", "context": {"tenant_id": "shop"}}
    assert (await sent(house, event))["subject"] == "Shop"
    version = TenantTemplateVersion(
        tenant_id="shop", template_id="own", version=0, content={"title": "Own", "body": "b"}, created=1
    )
    await house.tenant_templates.put(1, version, publish=True)
    assert (await sent(house, {"template": "own", "context": {"tenant_id": "shop"}}))["subject"] == "Own"
    message_id = await house.send({"to": {"email": "a@b.de"}, "template": "own"})
    await house.outbound(house.fleet()).run_once()
    assert (await house.messages.get(1, message_id)).status is Status.UNMAPPED


MINE = {"name": "mine", "value": "mine"}


async def test_brands_by_precedence(house: Any, tenants: None) -> None:
    """What the request brings beats the channel's, the message's, the tenant's (or the one's above it), the default."""
    base = {"template": "nt_order"}
    in_shop = {**base, "context": {"tenant_id": "shop"}}
    assert "Footer of br_default" in (await sent(house, base))["html"]
    assert "Footer of br_holding" in (await sent(house, in_shop))["html"]
    assert "Footer of br_default" in (await sent(house, {**in_shop, "brand_id": "br_default"}))["html"]
    channels = {"email": {"brand_id": "br_email"}}
    named = await sent(house, {**in_shop, "brand_id": "br_default", "channels": channels})
    assert "Footer of br_email" in named["html"]
    own = {"settings": {"email": {"footer": {"markdown": "Only {{> mine}}"}}}, "snippets": {"items": [MINE]}}
    brought = await sent(
        house, {**in_shop, "channels": {"email": {"brand_id": "br_email", "override": {"brand": own}}}}
    )
    assert "Only mine" in brought["html"]


async def test_a_tenants_ways_yield_to_the_requests(house: Any, tenants: None) -> None:
    """What a tenant's template says of channels holds unless the request says otherwise."""
    override = {"override": {"subject": "Overridden"}}
    await say(house, "shop", "Shop", channels={"email": override}, routing={"method": "single", "channels": ["sms"]})
    in_shop = {"template": "nt_order", "context": {"tenant_id": "shop"}}
    message_id = await house.send({"to": {"email": "a@b.de"}, **in_shop})
    await house.outbound(house.fleet()).run_once()
    assert (await house.messages.get(1, message_id)).status is Status.UNROUTABLE
    mail = await sent(house, {**in_shop, "routing": {"method": "single", "channels": ["email"]}})
    assert mail["subject"] == "Overridden"


async def test_explaining_names_the_tenant(house: Any, tenants: None) -> None:
    """Who asks why is told whose words were said."""
    await say(house, "shop", "Shop")
    message_id = await house.send({"to": {"email": "a@b.de"}, "template": "nt_order", "context": {"tenant_id": "shop"}})
    explained = await house.explainer().message(1, message_id)
    assert explained.now[0].facts["tenant_id"] == "shop"


async def test_what_a_user_is_within_a_tenant_counts_there(house: Any, tenants: None) -> None:
    """A membership's profile beats the user's own in that tenant's name alone, and what the request says beats both."""
    await say(house, "shop", "{{profile.title}} {{profile.name}}")
    await house.profiles.change(1, "u:ann", lambda _: {"title": "Ms", "name": "Ann"}, now=house.clock.at)
    await SqlMembershipStore(house.database).join(1, "ann", {"shop": {"title": "CEO"}}, now=1)
    shop = {"template": "nt_order", "context": {"tenant_id": "shop"}}
    to = {"user_id": "ann", "email": "ann@example.com"}

    assert (await sent(house, {**shop, "to": to}))["subject"] == "CEO Ann"
    assert (await sent(house, {**shop, "to": {**to, "title": "Dr"}}))["subject"] == "Dr Ann"
    assert (await sent(house, shop))["subject"].strip() == ""


async def test_a_tenant_decides_for_users_who_have_not_chosen(house: Any) -> None:
    """A tenant's default, else that of the one above it, holds in its name alone, and until the user chooses."""
    await house.topic()
    await make_tenant(house, "holding", default_preferences={"items": [{"id": "t", "status": "OPTED_OUT"}]})
    await make_tenant(house, "shop", "holding")
    message = {"to": {"user_id": "ann", "email": "ann@x.test"}, "content": {"title": "Hi", "body": "Ho"}}
    message["preferences"] = {"subscription_topic_id": "t"}
    at_shop = message | {"context": {"tenant_id": "shop"}}

    async def status(asked: dict[str, Any]) -> Status:
        message_id = await house.send(asked)
        await house.outbound(house.fleet()).run_once()
        found: Status = (await house.messages.get(1, message_id)).status
        return found

    assert await status(message) is Status.SENT
    assert await status(at_shop) is Status.FILTERED
    await house.tenants.prefer(1, "shop", "t", {"id": "t", "status": "OPTED_IN"}, now=2)
    assert await status(at_shop) is Status.SENT
    await house.tenants.prefer(1, "shop", "t", None, now=3)
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_IN")], drop=[])
    assert await status(at_shop) is Status.SENT
