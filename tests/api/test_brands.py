"""Brands and translations over HTTP, with the official client."""

BRAND = {
    "name": "Acme",
    "settings": {
        "colors": {"primary": "#123456", "secondary": "#ffffff", "mine": "#abcdef"},
        "email": {"header": {"barColor": "#abcdef", "logo": {"image": "https://x.test/logo.png", "href": None}}},
    },
    "snippets": {"items": [{"name": "sign", "value": "Yours, {{brand.name}}"}]},
}


async def test_a_brand_is_written_and_read(api):
    """What is written comes back, what we do not know of it too."""
    made = await api.post("/brands", json=BRAND)
    assert made.status_code == 200
    brand = made.json()
    assert brand["settings"]["colors"] == BRAND["settings"]["colors"]
    assert brand["snippets"]["items"][0]["name"] == "sign"
    assert (await api.get(f"/brands/{brand['id']}")).json() == brand
    assert [one["id"] for one in (await api.get("/brands")).json()["results"]] == [brand["id"]]


async def test_a_brand_of_an_own_id_is_made_once(api):
    """An id of the caller's is kept; a second one of that id is a conflict."""
    assert (await api.post("/brands", json={**BRAND, "id": "acme"})).json()["id"] == "acme"
    assert (await api.post("/brands", json={**BRAND, "id": "acme"})).status_code == 409


async def test_the_default_brand_stays(api):
    """The default cannot be deleted until another is the default."""
    await api.post("/brands", json={**BRAND, "id": "one"})
    await api.post("/brands", json={**BRAND, "id": "two"})
    refused = await api.delete("/brands/one")
    assert (refused.status_code, refused.json()["message"]) == (409, "Cannot delete default brand")
    assert (await api.put("/brands/two/default")).status_code == 204
    listed = (await api.get("/brands")).json()["results"]
    assert {brand["id"]: brand["is_default"] for brand in listed} == {"one": False, "two": True}
    assert (await api.delete("/brands/one")).status_code == 204
    assert (await api.get("/brands/one")).status_code == 404


async def test_what_a_brand_cannot_be(api, refused):
    """A colour that is none and a snippet that is no template are refused with their places."""
    wrong = {"name": "x", "settings": {"colors": {"primary": "red;}"}}}
    refused(await api.post("/brands", json=wrong), 400, "settings.colors.primary")
    broken = {"name": "x", "snippets": {"items": [{"name": "a", "value": "{{#if"}]}}
    refused(await api.post("/brands", json=broken), 400, "snippets.items[0].value")


async def test_a_broken_layout_is_refused_when_it_is_saved(api, refused):
    """MJML that cannot be drawn is the writer's to mend, not the sender's; drafts are looked at too."""
    await api.post("/brands", json={**BRAND, "id": "acme"})
    override = {"enabled": True, "mjml": {"enabled": True, "header": "<mj-section>"}}
    wrong = {"name": "x", "settings": {"email": {"templateOverride": override}}}
    where = "settings.email.templateOverride.mjml.header"
    refused(await api.put("/brands/acme", json=wrong), 400, where)
    refused(await api.put("/brands/acme/draft", json=wrong), 400, where)


async def test_a_draft_is_looked_at_and_published(api):
    """Nothing changes before it is published; a preview shows it."""
    await api.post("/brands", json={**BRAND, "id": "acme"})
    assert (await api.get("/brands/acme/draft")).status_code == 404
    assert (await api.post("/brands/acme/publish")).status_code == 409
    draft = {"name": "Acme 2", "settings": {"email": {"footer": {"markdown": "Acme 2 Ltd"}}}}
    assert (await api.put("/brands/acme/draft", json=draft)).json()["settings"] == draft["settings"]
    assert (await api.get("/brands/acme")).json()["name"] == "Acme"
    content = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "email", "elements": []}]}
    made = {"name": "t", "tags": [], "brand": None, "subscription": None, "routing": None, "content": content}
    content["elements"][0]["elements"] = [{"type": "text", "content": "Hi"}]
    template = (await api.post("/notifications", json={"notification": made})).json()["id"]
    shown = []
    for version in ("published", "draft"):
        body = {"channels": ["email"], "brand_version": version}
        answer = (await api.post(f"/notifications/{template}/preview", json=body)).json()
        shown.append("Acme 2 Ltd" in answer["channels"]["email"]["output"]["html"])
    assert shown == [False, True]
    assert (await api.post("/brands/acme/publish")).json()["name"] == "Acme 2"
    assert (await api.get("/brands/acme/draft")).status_code == 404
    await api.put("/brands/acme/draft", json=draft)
    assert (await api.delete("/brands/acme/draft")).status_code == 204
    assert (await api.post("/brands/acme/publish")).status_code == 409


async def test_translations_are_po_text(api, refused):
    """As a JSON string, as Courier's clients send it, or as it is; what is no catalogue is refused."""
    po = 'msgid "Hello"\nmsgstr "Hallo"\n'
    assert (await api.put("/translations/default/de", json=po)).status_code == 204
    assert (await api.get("/translations/default/de")).text == po
    assert (await api.put("/translations/default/pt-BR", content=po)).status_code == 204
    assert (await api.get("/translations/default/fr")).status_code == 404
    refused(await api.put("/translations/other/de", json=po), 400, "domain")
    refused(await api.put("/translations/default/d", json=po), 400, "locale")
    refused(await api.put("/translations/default/de", json="hello"), 400, "po")


async def test_a_brand_is_looked_at_while_it_is_written(api, refused):
    """An email shows the look that the request brings; what could not be drawn is refused, and nothing is kept."""
    content = {
        "version": "2022-01-01",
        "elements": [{"type": "meta", "title": "Hi"}, {"type": "action", "content": "Go", "href": "https://x.test"}],
    }
    shown = await api.post("/brands/new/preview", json={**BRAND, "content": content})
    assert shown.status_code == 200, shown.text
    assert shown.json()["subject"] == "Hi"
    assert "#123456" in shown.json()["html"]
    assert (await api.get("/brands/new")).status_code == 404
    wrong = {"name": "x", "settings": {"colors": {"primary": "red;}"}}, "content": content}
    refused(await api.post("/brands/new/preview", json=wrong), 400, "settings.colors.primary")
    broken = {**BRAND, "content": {"version": "2022-01-01", "elements": [{"type": "hologram"}]}}
    refused(await api.post("/brands/new/preview", json=broken), 400, "content.elements[0].type")
