"""Device tokens over HTTP, with Courier's own words."""

import pytest

PATH = "/users/ann/tokens"


async def test_a_token_is_kept_read_and_forgotten(api, test_api, refused):
    """PUT keeps it and what came with it, GET answers it with its status; other environments see nothing."""
    body = {"provider_key": "apn", "device": {"platform": "ios"}, "expiry_date": False, "properties": [1]}
    assert (await api.put(f"{PATH}/a%2Fb", json={**body, "token": "a/b"})).status_code == 204
    assert (await api.get(f"{PATH}/a%2Fb")).json() == {"token": "a/b", "status": "active", **body}
    assert (await api.get(PATH)).json() == {"tokens": [{"token": "a/b", "status": "active", **body}]}
    assert (await test_api.get(PATH)).json() == {"tokens": []}
    refused(await test_api.get(f"{PATH}/a%2Fb"), 404)
    assert (await api.delete(f"{PATH}/a%2Fb")).status_code == 204
    refused(await api.delete(f"{PATH}/a%2Fb"), 404)


@pytest.mark.parametrize("wrap", [lambda items: {"tokens": items}, lambda items: items])
async def test_several_tokens(api, wrap):
    """As an object or as a bare array; nothing at all is no fault either."""
    items = [{"token": "1", "provider_key": "expo"}, {"token": "2", "provider_key": "firebase-fcm"}]
    assert (await api.put(PATH, json=wrap(items))).status_code == 204
    assert (await api.put(PATH)).status_code == 204
    assert [each["token"] for each in (await api.get(PATH)).json()["tokens"]] == ["1", "2"]


async def test_a_token_is_patched(api, refused):
    """A JSON patch changes what is said of it; the token itself stays what it is."""
    await api.put(f"{PATH}/t", json={"provider_key": "apn", "device": {"model": "x"}})
    steps = [
        {"op": "replace", "path": "/status", "value": "revoked"},
        {"op": "add", "path": "/device/platform", "value": "ios"},
        {"op": "remove", "path": "/device/model"},
    ]
    assert (await api.patch(f"{PATH}/t", json={"patch": steps})).status_code == 204
    kept = (await api.get(f"{PATH}/t")).json()
    assert (kept["status"], kept["device"]) == ("revoked", {"platform": "ios"})
    for wrong in ({"path": "/token", "value": "u"}, {"path": "/status", "value": "gone"}, {"path": "/status/x"}):
        refused(await api.patch(f"{PATH}/t", json={"patch": [{"op": "replace", **wrong}]}), 400, "patch")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"provider_key": "pigeon"}, "provider_key"),
        ({"provider_key": "apn", "token": "other"}, "token"),
        ({"provider_key": "apn", "expiry_date": "soon"}, "expiry_date"),
        ({"provider_key": "apn", "expiry_date": True}, "expiry_date"),
        ({"provider_key": "apn", "properties": "x" * 20_000}, "properties"),
    ],
)
async def test_what_no_token_can_be(api, refused, body, words):
    """Refused with the field that is wrong."""
    refused(await api.put(f"{PATH}/t", json=body), 400 if words != "properties" else 413, words)
