"""Requests to audiences and to tenants: everyone they hold gets one message."""

from typing import Any

import pytest

from tidings.audiences import Change
from tidings.backends.sql import belonging
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.lists import Subscription
from tidings.messages import tenant_of
from tidings.pipeline.audiences import AudienceStep
from tidings.ports import MessageFilter
from tidings.tenants import LEVELS_BELOW_MAX, LEVELS_READ_MAX, Tenant

CONTENT = {"title": "Hello {{name}}", "body": "From {{tenant.name}}"}
BERN = {"operator": "EQ", "path": "city", "value": "Bern"}


async def know(house: Any, *user_ids: str, city: str = "Bern") -> None:
    """Give users a profile."""
    for user_id in user_ids:
        data = {"email": f"{user_id}@example.com", "city": city}
        await house.profiles.change(1, f"u:{user_id}", lambda _, data=data: data, now=1)


async def find(house: Any) -> None:
    """Make the audience of everyone in Bern, and look for its members."""
    audiences = SqlAudienceStore(house.database)
    await audiences.put(1, "bern", Change(filter=BERN), now=1)
    step = AudienceStep(store=audiences, clock=house.clock)
    while await step.run_once():
        pass


async def tenant(house: Any, tenant_id: str, *user_ids: str, parent: str | None = None) -> None:
    """Make a tenant, below another one, and its members."""
    settings = {} if parent is None else {"parent_tenant_id": parent}
    made = Tenant(environment_id=1, id=tenant_id, name=tenant_id.upper(), properties={}, settings=settings)
    await house.tenants.put(made, now=1)
    for user_id in user_ids:
        await SqlMembershipStore(house.database).join(1, user_id, {tenant_id: None}, now=1)


async def reached(house: Any, *to: Any, slice_max: int = 3) -> list[tuple[str, str]]:
    """Send to these, make all messages there are, and tell for whom, and in whose name."""
    request = await house.send({"to": to[0] if len(to) == 1 else list(to), "content": CONTENT})
    step = house.expansion(slice_max=slice_max)
    while await step.run_once() is not None:
        pass
    page = await house.messages.page(1, MessageFilter(request_id=request), limit=100, cursor=None)
    assert (await house.expansions.get(1, request)).made == len(page.items)
    return sorted((message.recipient, tenant_of(message)) for message in page.items)


@pytest.mark.parametrize("slice_max", [1, 3, 1000])
async def test_an_audience_gets_one_message_each(house: Any, slice_max: int) -> None:
    """Whoever is in it when it is read, whatever the slice, each with the data of the request."""
    await know(house, *"abcdef")
    await know(house, "z", city="Rome")
    await find(house)

    found = await reached(house, {"audience_id": "bern", "data": {"name": "you"}}, slice_max=slice_max)

    assert found == [(user_id, "") for user_id in "abcdef"]
    await house.outbound(house.fleet()).run_once()
    page = await house.messages.page(1, MessageFilter(), limit=1, cursor=None)
    (item,) = await house.outbox.get(1, page.items[0].id)
    assert item.content["subject"] == "Hello you"


async def test_an_audience_that_there_is_not_reaches_nobody(house: Any) -> None:
    """Nor does one of another environment: the request ends without a message."""
    await SqlAudienceStore(house.database).put(2, "bern", Change(filter=BERN), now=1)

    assert await reached(house, {"audience_id": "bern"}) == []


async def test_filters_narrow_a_group_to_members_of_tenants(house: Any) -> None:
    """Of an audience, or a list, only those who belong to every tenant that is named; a page of others ends nothing."""
    await know(house, *"abcdefg")
    await find(house)
    await tenant(house, "acme", "b", "f", "g", "x")
    await tenant(house, "shop", "f", "g", "a")
    acme, shop = ({"operator": "MEMBER_OF", "path": "account_id", "value": name} for name in ("acme", "shop"))

    assert await reached(house, {"audience_id": "bern", "filters": [acme]}) == [("b", ""), ("f", ""), ("g", "")]
    assert await reached(house, {"audience_id": "bern", "filters": [acme, shop]}) == [("f", ""), ("g", "")]
    subscribed = [Subscription(list_id="news", user_id=user_id) for user_id in "abz"]
    await house.lists.subscribe(1, subscribed, replace=False, now=1)
    assert await reached(house, {"list_id": "news", "filters": [shop]}) == [("a", "")]


@pytest.mark.parametrize("slice_max", [1, 2, 1000])
async def test_a_tenant_speaks_to_all_of_its_members(house: Any, slice_max: int) -> None:
    """Each member gets a message in the tenant's name; who belongs to those below it gets none."""
    await tenant(house, "acme", *"abc")
    await tenant(house, "acme.shop", "d", parent="acme")
    await know(house, "a")

    found = await reached(house, {"tenant_id": "acme"}, slice_max=slice_max)

    assert found == [("a", "acme"), ("b", "acme"), ("c", "acme")]
    assert await reached(house, {"account_id": "acme.shop"}) == [("d", "acme.shop")]
    assert await reached(house, {"tenant_id": "nobody"}) == []


@pytest.mark.parametrize("slice_max", [1, 2, 1000])
async def test_children_are_reached_at_any_depth(house: Any, slice_max: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone of the tenant and of all below it, once, however few tenants are looked at in one go."""
    monkeypatch.setattr(belonging, "_LOOK_AT", 2)
    await tenant(house, "m", "a", "b")
    await tenant(house, "a-deep", "c", "a", parent="k")
    await tenant(house, "k", "d", parent="m")
    await tenant(house, "z", "e", parent="m")
    await tenant(house, "other", "x", parent="p")
    await tenant(house, "p", "y")
    await tenant(house, "round", "w", parent="turn")
    await tenant(house, "turn", "v", parent="round")

    found = await reached(house, {"tenant_id": "m", "include_children": True}, slice_max=slice_max)

    assert found == [("a", "a-deep"), ("b", "m"), ("c", "a-deep"), ("d", "k"), ("e", "z")]


async def test_how_far_below_and_how_far_above(house: Any) -> None:
    """A tenant ten levels down is sent to, and speaks with the words of four; one 21 levels down is too far."""
    for level in range(LEVELS_BELOW_MAX + 2):
        await tenant(house, f"t{level:02}", f"u{level:02}", parent=f"t{level - 1:02}" if level else None)

    found = await reached(house, {"tenant_id": "t00", "include_children": True})

    assert found == [(f"u{level:02}", f"t{level:02}") for level in range(LEVELS_BELOW_MAX + 1)]
    (line,) = (await house.tenants.lineages([(1, "t10")])).values()
    assert line.ids == ("t10", "t09", "t08", "t07")
    assert len(line.ids) == LEVELS_READ_MAX


async def test_groups_mix_and_name_nobody_twice(house: Any) -> None:
    """A user, an audience and a tenant in one request: the first naming counts."""
    await know(house, "a", "b")
    await find(house)
    await tenant(house, "acme", "b", "c")

    found = await reached(house, {"tenant_id": "acme"}, {"audience_id": "bern"}, {"user_id": "c", "tenant_id": "x"})

    assert found == [("a", ""), ("b", "acme"), ("c", "acme")]


async def test_one_user_in_a_tenants_name(house: Any) -> None:
    """A tenant beside a user says in whose name it is sent, as `context.tenant_id` does, which wins."""
    await tenant(house, "acme")
    for to, name in (
        ({"user_id": "ann", "tenant_id": "acme"}, "acme"),
        ({"user_id": "ann", "account_id": "acme"}, "acme"),
        ({"user_id": "ann", "tenant_id": "acme", "context": {"tenant_id": "shop"}}, "shop"),
    ):
        message_id = await house.send({"to": to, "content": CONTENT})
        page = await house.messages.page(1, MessageFilter(request_id=message_id), limit=2, cursor=None)
        assert [tenant_of(message) for message in page.items] == [name]
