"""Tenants over HTTP, with Courier's own words."""

from tidings.records import Record

BODY = {"name": "Acme", "brand_id": "b", "properties": {"plan": "pro", "total billed": 830}, "user_profile": {"a": 1}}


async def test_a_tenant_is_made_read_and_replaced(api, test_api):
    """PUT answers the tenant, GET the same; what a later PUT leaves out is gone; other environments see nothing."""
    made = await api.put("/tenants/acme", json={**BODY, "parent_tenant_id": "holding"})
    assert (made.status_code, made.json()) == (200, {"id": "acme", **BODY, "parent_tenant_id": "holding"})
    assert (await api.get("/tenants/acme")).json() == made.json()
    await api.put("/tenants/acme", json={"name": "Acme"})
    assert (await api.get("/tenants/acme")).json() == {"id": "acme", "name": "Acme", "properties": {}}
    assert (await test_api.get("/tenants/acme")).status_code == 404


async def test_what_a_tenant_cannot_be_is_refused(api, refused):
    """With the place of what is wrong."""
    refused(await api.put("/tenants/acme", json={"properties": {}}), 400, "name")
    refused(await api.put("/tenants/acme", json={"name": " "}), 400, "name")
    refused(await api.put("/tenants/acme", json={"name": "x", "properties": []}), 400, "properties")
    refused(await api.put("/tenants/acme", json={"name": "x", "properties": {"a": "y" * 300_000}}), 413)
    refused(await api.get("/tenants/acme"), 404)


async def test_group_calls_write_the_same_records(api, world, services):
    """courier-segment.md §6: the group's id is the tenant's, its traits are properties, the user is a member."""
    now = services.clock.now_ms()
    calls = [
        Record(
            type="group",
            message_id=f"g{at}",
            user_id="a/n n",
            anonymous_id=None,
            name=None,
            timestamp=now,
            received_at=now,
            group_id=tenant,
            body=b'{"traits":{"name":"Acme","total billed":830}}',
        )
        for at, tenant in enumerate(["acme", "beta"])
    ]
    await world.calls(*calls)
    properties = {"name": "Acme", "total billed": 830}
    assert (await api.get("/tenants/acme")).json() == {"id": "acme", "name": "Acme", "properties": properties}
    page = (await api.get("/users/a%2Fn%20n/tenants?limit=1")).json()
    assert page["items"] == [{"user_id": "a/n n", "tenant_id": "acme", "type": "user"}]
    assert (page["type"], page["has_more"], page["url"]) == ("list", True, "/users/a%2Fn%20n/tenants")
    following = (await api.get(page["next_url"])).json()
    assert [item["tenant_id"] for item in following["items"]] == ["beta"]
    assert (following["has_more"], following["cursor"]) == (False, None)


async def test_tenants_are_listed_and_deleted(api, test_api, refused):
    """In Courier's second style, those below one too; a deleted one is gone with its members."""
    for tenant_id, parent in (("holding", None), ("shop a", "holding"), ("shop b", "holding")):
        await api.put(f"/tenants/{tenant_id}", json={"name": tenant_id, "parent_tenant_id": parent})
    page = (await api.get("/tenants", params={"limit": 2})).json()
    assert (page["type"], page["url"], page["has_more"]) == ("list", "/tenants", True)
    following = (await api.get(page["next_url"])).json()
    assert [item["id"] for item in [*page["items"], *following["items"]]] == ["holding", "shop a", "shop b"]
    below = (await api.get("/tenants", params={"parent_tenant_id": "holding", "limit": 1})).json()
    more = (await api.get(below["next_url"])).json()
    assert [item["id"] for item in [*below["items"], *more["items"]]] == ["shop a", "shop b"]
    assert (await test_api.get("/tenants")).json()["items"] == []

    await api.put("/users/ann/tenants/holding", json={})
    assert (await api.delete("/tenants/holding")).status_code == 204
    refused(await api.get("/tenants/holding"), 404)
    assert (await api.get("/tenants/holding/users")).json()["items"] == []
    refused(await api.delete("/tenants/holding"), 404, "holding")


async def test_members_come_and_go(api, refused):
    """A user joins tenants, is something there, is listed with it, and leaves one or all."""
    profile = {"title": "CEO"}
    assert (await api.put("/users/ann/tenants/acme", json={"profile": profile})).status_code == 204
    joins = {"tenants": [{"tenant_id": "beta"}, {"tenant_id": "acme"}]}
    assert (await api.put("/users/ann/tenants", json=joins)).status_code == 204
    ann = {"user_id": "ann", "tenant_id": "acme", "type": "user", "profile": profile}
    assert (await api.get("/users/ann/tenants/acme")).json() == ann
    assert (await api.get("/tenants/acme/users")).json()["items"] == [ann]

    assert (await api.delete("/users/ann/tenants/acme")).status_code == 204
    refused(await api.get("/users/ann/tenants/acme"), 404)
    assert [item["tenant_id"] for item in (await api.get("/users/ann/tenants")).json()["items"]] == ["beta"]
    assert (await api.delete("/users/ann/tenants")).status_code == 204
    assert (await api.delete("/users/ann/tenants")).status_code == 204
    assert (await api.get("/users/ann/tenants")).json()["items"] == []


async def test_what_a_membership_cannot_be_is_refused(api, refused):
    """With the place of what is wrong; nothing of the request is kept."""
    joins = [{"tenant_id": "acme"}, {"tenant_id": ""}]
    refused(await api.put("/users/ann/tenants", json={"tenants": joins}), 400, "tenant_id")
    refused(await api.put("/users/ann/tenants", json={"tenants": [{"tenant_id": "x"}] * 101}), 400, "tenants")
    refused(await api.put("/users/ann/tenants/acme", json={"profile": []}), 400, "profile")
    refused(await api.put("/users/ann/tenants/acme", json={"profile": {"a": "y" * 70_000}}), 413, "profile")
    refused(await api.put("/tenants/none/default_preferences/items/t", json={"status": "OPTED_IN"}), 404)
    assert (await api.get("/users/ann/tenants")).json()["items"] == []


async def a_topic(api):
    """Make a topic, and give its id."""
    section = (await api.post("/preferences/sections", json={"name": "S"})).json()["id"]
    body = {"name": "T", "default_status": "OPTED_IN"}
    return (await api.post(f"/preferences/sections/{section}/topics", json=body)).json()["id"]


async def test_a_tenants_default_preferences(api, refused):
    """An item is put, replaced and taken out by itself; users' preferences in the tenant show what it decides."""
    topic_id = await a_topic(api)
    await api.put("/tenants/acme", json={"name": "Acme", "brand_id": "b"})
    path = f"/tenants/acme/default_preferences/items/{topic_id}"
    for status in ("OPTED_IN", "OPTED_OUT"):
        body = {"status": status, "has_custom_routing": True, "custom_routing": ["email"]}
        assert (await api.put(path, json=body)).status_code == 204
    item = {"id": topic_id, "status": "OPTED_OUT", "has_custom_routing": True, "custom_routing": ["email"]}
    tenant = (await api.get("/tenants/acme")).json()
    assert (tenant["default_preferences"], tenant["brand_id"]) == ({"items": [item]}, "b")
    (shown,) = (await api.get("/users/ann/preferences", params={"tenant_id": "acme"})).json()["items"]
    assert (shown["status"], shown["default_status"], shown["custom_routing"]) == ("OPTED_OUT", "OPTED_OUT", ["email"])
    (elsewhere,) = (await api.get("/users/ann/preferences")).json()["items"]
    assert elsewhere["status"] == "OPTED_IN"

    for _ in range(2):
        assert (await api.delete(path)).status_code == 204
    assert (await api.get("/tenants/acme")).json()["default_preferences"] == {"items": []}
    refused(await api.put(f"{path}x", json={"status": "OPTED_IN"}), 404)
    refused(await api.put(path.replace("acme", "none"), json={"status": "OPTED_IN"}), 404)
    refused(await api.put(path, json={"status": "MAYBE"}), 400, "status")


async def test_default_preferences_have_a_shape(api, refused):
    """A tenant that brings its own is checked, with the place of what is wrong."""
    for wrong in ({"items": [{"id": "t"}]}, {"items": [{"id": "t", "status": "x"}]}, {"items": 5}):
        refused(await api.put("/tenants/acme", json={"name": "A", "default_preferences": wrong}), 400)
    twice = {"items": [{"id": "t", "status": "OPTED_IN"}] * 2}
    refused(await api.put("/tenants/acme", json={"name": "A", "default_preferences": twice}), 400, "twice")
