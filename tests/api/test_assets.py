import httpx

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


async def test_a_picture_is_uploaded_and_shown(api, test_api, refused):
    """Whoever has the address sees it, without a key, as a picture and nothing else, for ever."""
    made = await api.post("/assets", params={"name": "My Logo.svg"}, content=PNG)
    asset = made.json()

    shown = await api.get(asset["path"], headers={"authorization": ""})

    assert made.status_code == 201
    assert (asset["name"], asset["media_type"], asset["bytes"], asset["url"]) == ("My-Logo.png", "image/png", 108, None)
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, PNG, "image/png")
    assert "immutable" in shown.headers["cache-control"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    again = await api.get(asset["path"], headers={"if-none-match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await api.head(asset["path"])).status_code == 200
    refused(await api.get(asset["path"] + "x"), 404)
    assert [each["id"] for each in (await api.get("/assets")).json()["results"]] == [asset["id"]]
    assert (await test_api.get("/assets")).json()["results"] == []


async def test_a_picture_is_shown_no_more(api, test_api, refused):
    """Only its own environment deletes it."""
    asset = (await api.post("/assets", params={"name": "a.png"}, content=PNG)).json()

    refused(await test_api.delete(f"/assets/{asset['id']}"), 404)
    assert (await api.delete(f"/assets/{asset['id']}")).status_code == 204
    refused(await api.get(asset["path"]), 404)


async def test_what_is_no_picture_is_refused(api, refused):
    """Whatever it says it is; and what is too large."""
    headers = {"content-type": "image/png"}
    refused(await api.post("/assets?name=a.png", content=b"<svg onload='x'/>", headers=headers), 400, "SVG")
    refused(await api.post("/assets?name=a.png", content=b"<script>", headers=headers), 400, "is no PNG")
    refused(await api.post("/assets?name=a.png", content=PNG + b"\0" * 5 * 1024 * 1024), 413)


async def test_uploading_takes_a_key(api):
    """Without one nothing is kept."""
    answer: httpx.Response = await api.post("/assets", content=PNG, headers={"authorization": ""})
    assert answer.status_code == 401
