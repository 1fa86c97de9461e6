"""What browsers load before they send (segment.md §2.5, §2.6)."""

import pytest

SETTINGS = "/v1/projects/{key}/settings"


@pytest.fixture
def scripts(tmp_path):
    """A folder as npm ships analytics.js, in small, with something beside it that is nobody's business."""
    folder = tmp_path / "umd"
    folder.mkdir()
    (folder / "standalone.js").write_text('var key = "__WRITE_KEY__";')
    (folder / "ajs-destination.bundle.40628baed746e9904edc.js").write_text("chunk")
    (tmp_path / "secret.js").write_text("secret")
    return folder


async def test_settings_lead_back_to_us(doors) -> None:
    """§2.5: with `apiKey`, `apiHost` and `protocol` the library needs nothing but the address of the settings."""
    async with doors.client(Origin="https://app.example.com") as client:
        answer = await client.get(SETTINGS.format(key=doors.write_key))
    assert answer.status_code == 200
    found = answer.json()["integrations"]
    assert list(found) == ["Segment.io"]
    sending = found["Segment.io"]
    assert (sending["apiKey"], sending["apiHost"], sending["protocol"]) == (doors.write_key, "tidings.test/v1", "http")
    assert answer.json()["metrics"] == {"sampleRate": 0}
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "max-age=300" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("peer", "said", "told"),
    [("10.0.0.5", "https", "https"), ("203.0.113.9", "https", "http"), ("10.0.0.5", "javascript", "http")],
)
async def test_the_scheme_is_the_one_that_browsers_see(open_doors, peer, said, told) -> None:
    """Behind a TLS proxy that the operator named, calls go to https; nobody else is believed."""
    doors = await open_doors(trusted_proxies="10.0.0.0/8, ::1")
    async with doors.client(peer=peer, X_Other="1") as client:
        answer = await client.get(SETTINGS.format(key=doors.write_key), headers={"X-Forwarded-Proto": said})
    assert answer.json()["integrations"]["Segment.io"]["protocol"] == told


@pytest.mark.parametrize("host", ["a b", "x/y", "x\\", '"x', "[::1", "x:123456", ""])
async def test_an_odd_host_is_refused(doors, host) -> None:
    """What is told to browsers as an address has the shape of one."""
    async with doors.client() as client:
        answer = await client.get(SETTINGS.format(key=doors.write_key), headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "path", ["/v1/projects/nobody/settings", "/sourceConfig/?writeKey=nobody", "/analytics.js/v1/a'b/analytics.min.js"]
)
async def test_an_unknown_key_has_no_settings(open_doors, scripts, path) -> None:
    """A typing error shows itself in the browser's console instead of sending calls nowhere."""
    doors = await open_doors(scripts=str(scripts))
    async with doors.client(Origin="https://a.test") as client:
        client.headers.pop("Authorization", None)
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_source")
    assert answer.headers["access-control-allow-origin"] == "https://a.test"


@pytest.mark.parametrize("path", [SETTINGS.format(key="wk"), "/sourceConfig", "/sourceConfig/"])
async def test_only_reading_is_offered(doors, path) -> None:
    """Preflights are reflected, other methods refused in JSON."""
    async with doors.client() as client:
        answer = await client.options(path, headers={"Origin": "null", "Access-Control-Request-Headers": "x-y"})
        assert (answer.status_code, answer.headers["access-control-allow-headers"]) == (204, "x-y")
        refused = await client.post(path, json={})
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")


async def test_the_script_knows_its_key(open_doors, scripts) -> None:
    """The snippet's script comes with the write key in its place; its chunks come as they are, for ever."""
    doors = await open_doors(scripts=str(scripts))
    async with doors.client() as client:
        script = await client.get(f"/analytics.js/v1/{doors.write_key}/analytics.min.js")
        chunk = await client.get("/analytics-next/bundles/ajs-destination.bundle.40628baed746e9904edc.js")
    assert script.text == f'var key = "{doors.write_key}";'
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert chunk.text == "chunk"
    assert "immutable" in chunk.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2Fsecret.js", "%2e%2e%2fsecret.js", "..\\secret.js", ".js", "standalone.js.map"]
)
async def test_nothing_else_of_the_disk_is_served(open_doors, scripts, name) -> None:
    """A chunk's name is a name and no path."""
    doors = await open_doors(scripts=str(scripts))
    async with doors.client() as client:
        answer = await client.get(f"/analytics-next/bundles/{name}")
    assert answer.status_code in {404, 418}
    assert "secret" not in answer.text


async def test_without_a_folder_it_is_said_how_to_get_one(doors) -> None:
    """analytics.js is Segment's own package: the answer names the page that says how to set it up."""
    async with doors.client() as client:
        answer = await client.get(f"/analytics.js/v1/{doors.write_key}/analytics.min.js")
    assert answer.status_code == 404
    assert "docs/how-to/browser.md" in answer.json()["message"]


async def test_rudderstack_finds_its_configuration(doors) -> None:
    """§2.6: RudderStack's library asks a control plane first; ours names no destination to load."""
    async with doors.client() as client:
        answer = await client.get(f"/sourceConfig/?p=npm&v=3&build=modern&writeKey={doors.write_key}")
    source = answer.json()["source"]
    assert (source["writeKey"], source["enabled"], source["destinations"]) == (doors.write_key, True, [])
