"""Tenants' own templates, and checks before publishing, over HTTP."""

CONTENT = {"version": "2022-01-01", "elements": []}
EMAIL = {"type": "channel", "channel": "email", "elements": [{"type": "text", "content": "Hi {{tenant.name}}"}]}
AT = "/tenants/acme/templates/nt_a"


async def make_tenants(api):
    """Make Acme, below a holding."""
    await api.put("/tenants/holding", json={"name": "Holding", "properties": {"city": "Rome", "plan": "free"}})
    await api.put("/tenants/acme", json={"name": "Acme", "parent_tenant_id": "holding", "properties": {"plan": "pro"}})


async def template(api, content=CONTENT, **fields):
    """A draft; its id."""
    body = {"name": "Order", "tags": [], "brand": None, "subscription": None, "routing": None, "content": content}
    made = await api.post("/notifications", json={"notification": {**body, **fields}})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_a_tenants_template_is_written_read_and_published(api, services):
    """The first writing answers 201, later ones 200; versions are v1, v2 …; publishing may go back."""
    await make_tenants(api)
    body = {
        "template": {"content": {**CONTENT, "elements": [EMAIL]}, "routing": {"method": "all", "channels": ["email"]}}
    }
    made = await api.put(AT, json=body)
    assert (made.status_code, made.json()) == (201, {"id": "nt_a", "version": "v1"})
    read = (await api.get(AT)).json()
    assert read["data"] == {"content": body["template"]["content"], "routing": {"method": "all", "channels": ["email"]}}
    assert (read["version"], read["published_at"]) == ("v1", None)
    sugar = {"template": {"content": {"title": "Hi", "body": "there"}}, "published": True}
    again = await api.put(AT, json=sugar)
    assert (again.status_code, again.json()["version"]) == (200, "v2")
    assert again.json()["published_at"].endswith("Z")
    published = (await api.post(f"{AT}/publish", json={"version": "v1"})).json()
    assert published["version"] == "v1"
    assert (await api.get(AT)).json()["published_version"] == "v1"
    assert (await api.get(f"{AT}/versions/v2")).json()["data"]["content"] == sugar["template"]["content"]
    assert (await api.get(f"{AT}/versions/latest")).json()["version"] == "v2"
    page = (await api.get("/tenants/acme/templates?limit=1")).json()
    assert ([item["id"] for item in page["items"]], page["has_more"]) == (["nt_a"], False)
    assert (await api.delete(AT)).status_code == 204
    assert (await api.get(AT)).status_code == 404
    assert "config" in services.wakeup.topics


async def test_what_a_tenants_template_cannot_be_is_refused(api, refused):
    """With the path of what is wrong, before anything is kept."""
    await make_tenants(api)

    async def put(template, at=AT):
        return await api.put(at, json={"template": template})

    text = {"type": "text", "content": "Hi"}
    refused(await put({"content": {**CONTENT, "elements": [text]}}), 400, "template.content.elements[0]")
    refused(await put({"content": {"title": "{{#if}}", "body": ""}}), 400, "template.content")
    refused(await put({"content": {**CONTENT, "elements": [{**EMAIL, "colour": "red"}]}}), 400, "colour")
    refused(await put({"content": CONTENT, "routing": {"method": "some"}}), 400, "template.routing.method")
    refused(await put({"content": CONTENT}, "/tenants/nobody/templates/nt_a"), 404, "nobody")
    refused(await api.post(f"{AT}/publish", json={}), 404)
    refused(await api.get(AT), 404, "nt_a")
    refused(await api.get(f"{AT}/versions/7"), 400, "version")
    refused(await api.get("/tenants/nobody/templates"), 404, "nobody")


async def test_a_brand_in_a_tenants_template_is_checked(api, refused):
    """What its messages would bring along is looked at when it is saved."""
    await make_tenants(api)
    own = {"email": {"override": {"brand": {"settings": {"colors": {"primary": "#12"}}}}}}
    body = {"template": {"content": {"title": "Hi", "body": "there"}, "channels": own}}
    where = "template.channels.email.override.brand.settings.colors.primary"
    refused(await api.put(AT, json=body), 400, where)


async def test_a_preview_in_a_tenants_name(api):
    """Properties come from the tenant and those above it; `published` shows the tenant's own words."""
    await make_tenants(api)
    made = await template(api, {**CONTENT, "elements": [EMAIL]})
    await api.post(f"/notifications/{made}/publish")
    body = {"tenant_id": "acme", "channels": ["email"]}
    shown = (await api.post(f"/notifications/{made}/preview", json=body)).json()
    assert "Hi Acme" in shown["channels"]["email"]["output"]["text"]
    own = {"content": {"title": "S", "body": "{{tenant.city}} {{tenant.plan}} {{tenant.properties.plan}}"}}
    await api.put(f"/tenants/holding/templates/{made}", json={"template": own, "published": True})
    shown = (await api.post(f"/notifications/{made}/preview", json={**body, "version": "published"})).json()
    assert "Rome pro pro" in shown["channels"]["email"]["output"]["text"]
    assert (await api.post(f"/notifications/{made}/preview", json={"tenant_id": "x"})).status_code == 404


async def test_checks_publish_a_draft(api, refused):
    """A template that requires checks is handed in, stands still, and is published when each is resolved."""
    made = await template(api, checks=["legal"])
    at = f"/notifications/{made}"
    refused(await api.post(f"{at}/publish"), 409, "legal")
    handed = (await api.post(f"{at}/submissions")).json()
    checks = f"{at}/{handed['id']}/checks"
    assert (handed["state"], handed["checks"][0]["status"]) == ("OPEN", "PENDING")
    draft = (await api.get(f"{at}?version=draft")).json()
    assert (draft["submission_id"], draft["checks"]) == (handed["id"], ["legal"])
    refused(await api.put(f"{at}/content", json={"content": CONTENT}), 409, handed["id"])
    refused(await api.put(checks, json={"checks": [{"id": "legal", "status": "MAYBE"}]}), 400, "status")
    told = await api.put(checks, json={"checks": [{"id": "legal", "status": "RESOLVED", "type": "custom"}]})
    assert told.json()["checks"][0]["status"] == "RESOLVED"
    assert (await api.get(at)).json()["state"] == "PUBLISHED"
    assert (await api.get(f"{at}/submissions/{handed['id']}")).json()["state"] == "PUBLISHED"
    again = (await api.post(f"{at}/submissions")).json()["id"]
    assert (await api.delete(f"{at}/{again}/checks")).status_code == 204
    assert (await api.get(f"{at}/{again}/checks")).json()["checks"][0]["status"] == "FAILED"
    refused(await api.get(f"{at}/sub_x/checks"), 404, "sub_x")
