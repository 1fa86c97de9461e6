"""Whose address a call carries (segment.md §1.9, §7 row 49)."""

import json

import pytest

from tidings.api.peer import Peers
from tidings.errors import ConfigurationError

CALL = {"type": "track", "event": "Signed Up", "userId": "ann", "messageId": "m1"}
BROWSER = {"library": {"name": "analytics.js", "version": "next-1.84.3"}}


@pytest.mark.parametrize(
    ("call", "ip"),
    [
        pytest.param({"context": BROWSER}, "203.0.113.9", id="49 analytics.js"),
        pytest.param({"context": {"library": {"name": "analytics-ios"}}}, "203.0.113.9", id="49 a phone"),
        pytest.param({"context": {"direct": True}}, "203.0.113.9", id="49 direct"),
        pytest.param({"context": {"direct": "true"}}, None, id="49 direct as text"),
        pytest.param({"channel": "browser"}, "203.0.113.9", id="49 a channel without context"),
        pytest.param({"context": {"channel": "web"}}, "203.0.113.9", id="49 a channel in the context"),
        pytest.param({"context": {**BROWSER, "ip": "::1"}}, "::1", id="49 what the client says stays"),
        pytest.param({"context": {**BROWSER, "ip": None}}, "203.0.113.9", id="49 null is nothing said"),
        pytest.param({"context": {**BROWSER, "ip": "0.0.0.0"}}, "0.0.0.0", id="49 asked not to be known"),  # noqa: S104
        pytest.param({"context": {"library": {"name": "analytics-python"}}}, None, id="49 a server"),
        pytest.param({"context": {"library": "analytics.js"}, "channel": ["web"]}, None, id="49 odd shapes"),
        pytest.param({}, None, id="49 nothing said"),
    ],
)
@pytest.mark.parametrize("extra", [{}, {"unknown": 1}], ids=["fast", "patient"])
async def test_a_clients_address_is_noted(doors, call, ip, extra) -> None:
    """Row 49: filled for calls from users' devices alone, never replaced, in both ways of reading."""
    async with doors.client() as client:
        assert (await client.post("/v1/track", json={**CALL, **call, **extra})).status_code == 200
        assert (await client.post("/v1/batch", json={"batch": [{**CALL, **call, **extra}]})).status_code == 200
    for record in await doors.kept():
        context = json.loads(record.body).get("context") or {}
        assert context.get("ip") == ip


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),  # nobody's proxy: a claim
        ("10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # what stands before was claimed by the client
        ("10.0.0.5", "1.2.3.4, 10.0.0.6", "1.2.3.4"),  # two proxies of ours
        ("10.0.0.5", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4, unknown", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.7", "10.0.0.7"),
        ("::1", "1.2.3.4", "1.2.3.4"),
    ],
)
async def test_only_named_proxies_are_believed(open_doors, peer, header, address) -> None:
    """Row 49: `X-Forwarded-For` counts from its end, and only as far as it was written by a trusted proxy."""
    doors = await open_doors(trusted_proxies="10.0.0.0/8, ::1")
    async with doors.client(peer=peer) as client:
        await client.post("/v1/t", json={**CALL, "context": BROWSER}, headers={"X-Forwarded-For": header})
    [record] = await doors.kept()
    assert json.loads(record.body)["context"]["ip"] == address


async def test_without_proxies_the_header_is_only_a_claim(doors) -> None:
    """Row 49: a spoofed header changes nothing."""
    async with doors.client(peer="127.0.0.1") as client:
        await client.post("/v1/t", json={**CALL, "context": BROWSER}, headers={"X-Forwarded-For": "1.2.3.4"})
    [record] = await doors.kept()
    assert json.loads(record.body)["context"]["ip"] == "127.0.0.1"


@pytest.mark.parametrize("text", ["example.com", "10.0.0.0/40", "10.0.0.1;10.0.0.2"])
def test_proxies_are_addresses(text) -> None:
    """A wrong setting is named when the server starts, not when the first call is misread."""
    with pytest.raises(ConfigurationError, match="trusted_proxies"):
        Peers(text)
