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
