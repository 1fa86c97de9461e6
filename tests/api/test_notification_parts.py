"""Writing parts of a draft over HTTP."""

import pytest

ELEMENTS = [
    {
        "type": "channel",
        "channel": "email",
        "elements": [
            {"type": "meta", "title": "Hi", "id": "title"},
            {"type": "group", "elements": [{"type": "text", "content": "Hello", "id": "words", "align": "left"}]},
        ],
    }
]


@pytest.fixture
async def template(api):
    """A template of two named elements."""
    body = {"name": "T", "tags": [], "brand": None, "subscription": None, "routing": None}
    content = {"version": "2022-01-01", "elements": ELEMENTS}
    made = await api.post("/notifications", json={"notification": {**body, "content": content}})
    return made.json()["id"]


async def content(api, template):
    """The draft's elements."""
    return (await api.get(f"/notifications/{template}/draft/content")).json()["elements"]


async def test_an_element_is_replaced_by_its_id(api, template):
    """What is given changes, what is left out stays; the others are untouched."""
    change = {"type": "text", "data": {"content": "Bye"}, "if": "data.x", "state": "PUBLISHED"}
    done = (await api.put(f"/notifications/{template}/elements/words", json=change)).json()
    assert (done["version"], done["state"]) == ("v001", "PUBLISHED")
    assert {one["id"] for one in done["elements"]} == {"title", "words"}
    words = (await content(api, template))[0]["elements"][1]["elements"][0]
    assert (words["content"], words["if"], words["align"]) == ("Bye", "data.x", "left")


async def test_a_language_is_laid_over_elements(api, template):
    """Words of a language go onto the elements they name."""
    words = {"elements": [{"id": "title", "title": "Salut"}, {"id": "words", "content": "Bonjour"}]}
    assert (await api.put(f"/notifications/{template}/locales/fr", json=words)).status_code == 200
    shown = await api.post(f"/notifications/{template}/preview", json={"locale": "fr-CA"})
    assert shown.json()["channels"]["email"]["output"]["subject"] == "Salut"


async def test_what_parts_cannot_be(api, refused, template):
    """Unknown ids, unknown fields and broken templates are refused with their place."""
    refused(await api.put(f"/notifications/{template}/elements/none", json={"type": "text"}), 404, "no element 'none'")
    wrong = {"type": "text", "data": {"colour": "red"}}
    refused(await api.put(f"/notifications/{template}/elements/words", json=wrong), 400, "did you mean color?")
    broken = {"type": "text", "data": {"content": "{{#if x}}"}}
    refused(await api.put(f"/notifications/{template}/elements/words", json=broken), 400, "the block if is not closed")
    lost = {"elements": [{"id": "none", "content": "x"}]}
    refused(await api.put(f"/notifications/{template}/locales/fr", json=lost), 404, "none")
    refused(await api.put(f"/notifications/{template}/locales/fr", json={"elements": [{}]}), 400, "elements[0].id")
