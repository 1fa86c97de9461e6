"""What each kind of destination says, and what it makes of answers."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tidings.destinations import Delivered, HttpAnswer, HttpFault, Refused, RetryLater, decode_settings, kind_of
from tidings.destinations.catalog import MASK, entries, masked, unmasked
from tidings.destinations.kind import retry_after_s
from tidings.errors import InvalidInput

CALL = {
    "type": "track",
    "messageId": "m1",
    "userId": "ann",
    "event": "Order",
    "properties": {"n": 1},
    "timestamp": "2026-01-01T00:00:00.000Z",
    "sentAt": "2026-01-01T00:00:01.000Z",
    "receivedAt": "2026-01-01T00:00:02.000Z",
    "version": 2,
}


def asked(key, **settings):
    """Make the request of a kind for the call."""
    return kind_of(key).request(CALL, decode_settings(key, settings))


def test_courier_cloud_gets_the_whole_call_as_segment_sends_it():
    """One POST of the whole call, with the key as Bearer, blanks around it trimmed (R5, R36)."""
    request = asked("courier_cloud", api_key="  pk_prod_1 \n")

    assert request.url == "https://api.courier.com/inbound/segment"
    assert request.headers["Authorization"] == "Bearer pk_prod_1"
    assert msgspec.json.decode(request.body) == CALL


def test_courier_cloud_in_europe_and_by_basic():
    """The region picks the host; the classic destination's Basic puts the key in the user name."""
    request = asked("courier_cloud", api_key="k", region="EU", authentication="basic")

    assert request.url == "https://api.eu.courier.com/inbound/segment"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"k:").decode()


def test_courier_clouds_key_is_tried_at_debug():
    """The key test is POST /debug, as Segment makes it."""
    kind = kind_of("courier_cloud")

    assert kind.probe(decode_settings("courier_cloud", {"api_key": "k"})).url == "https://api.courier.com/debug"


def test_a_webhook_is_signed():
    """The body is signed with HMAC-SHA1 as Segment does, and with SHA-256; without a secret it is not signed."""
    request = asked("webhook", url="https://example.com/h", shared_secret="s")

    assert request.headers["X-Signature"] == hmac.new(b"s", request.body, hashlib.sha1).hexdigest()
    assert request.headers["X-Signature-256"] == hmac.new(b"s", request.body, hashlib.sha256).hexdigest()
    assert "X-Signature" not in asked("webhook", url="https://example.com/h").headers


def test_a_webhook_has_headers_of_its_own_but_not_ours():
    """Custom headers go along; those that would break the request do not, and all of them are secrets."""
    request = asked("webhook", url="https://example.com/h", headers={"X-Team": "a", "Content-Length": "9", "Host": "b"})

    assert request.headers["X-Team"] == "a"
    assert not {"Content-Length", "Host"} & set(request.headers)
    assert "x-team" in request.secret_headers


def test_a_tracking_api_gets_each_type_at_its_path():
    """The call goes to the path of its type, with its own id and time, and without what the other side stamps."""
    request = asked("segment", write_key="wk", base_url="https://t.example/v1/")

    assert request.url == "https://t.example/v1/track"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"wk:").decode()
    forwarded = msgspec.json.decode(request.body)
    assert (forwarded["messageId"], forwarded["timestamp"]) == ("m1", CALL["timestamp"])
    assert not {"receivedAt", "sentAt", "version"} & set(forwarded)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (HttpAnswer(status=200), Delivered(200)),
        (HttpAnswer(status=200, body=b"<html>Thank you</html>"), Delivered(200)),
        (HttpAnswer(status=202), Delivered(202)),
        (HttpAnswer(status=204), Delivered(204)),
        (HttpAnswer(status=301), Refused("301", "")),
        (HttpAnswer(status=400, body=b'{"message": "no"}'), Refused("400", "no")),
        (HttpAnswer(status=401, body=b"plain"), Refused("401", "plain")),
        (HttpAnswer(status=404, body=b"\xff"), Refused("404", "\ufffd")),
        (HttpAnswer(status=408), RetryLater("408", "")),
        (HttpAnswer(status=429, headers={"retry-after": "7"}), RetryLater("429", "", 7.0)),
        (HttpAnswer(status=500), RetryLater("500", "")),
        (HttpAnswer(status=501), Refused("501", "")),
        (HttpAnswer(status=503, headers={"retry-after": "soon"}), RetryLater("503", "", None)),
        (HttpFault(code="ETIMEDOUT", detail="d"), RetryLater("ETIMEDOUT", "d")),
        (HttpFault(code="ECONNRESET", detail="d"), RetryLater("ECONNRESET", "d")),
        (HttpFault(code="ETLS", detail="d"), RetryLater("ETLS", "d")),
        (HttpFault(code="BLOCKED", detail="d", is_final=True), Refused("BLOCKED", "d")),
    ],
)
def test_what_answers_mean(answer, outcome):
    """408, 429, 5xx and faults are tried again; other refusals are final, with what was said. Row 74."""
    assert kind_of("webhook").outcome(answer) == outcome


def test_retry_after_is_seconds_or_a_date():
    """Both forms are read, bounded to four hours; anything else says nothing."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    later = (now + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    assert retry_after_s({"retry-after": "5"}) == 5
    assert retry_after_s({"retry-after": later}, now=now) == 90
    assert retry_after_s({"retry-after": "999999999999"}) == 4 * 3600
    assert [retry_after_s({"retry-after": text}) for text in ("", "x", "-1")] == [None, None, None]


@pytest.mark.parametrize(
    ("key", "settings", "path"),
    [
        ("courier_cloud", {}, "settings.api_key"),
        ("courier_cloud", {"api_key": ""}, "settings.api_key"),
        ("courier_cloud", {"api_key": "k", "region": "MARS"}, "settings.region"),
        ("webhook", {"url": "ftp://x"}, "settings.url"),
        ("webhook", {"url": "https://x", "headers": {"bad name": "x"}}, "settings.headers"),
        ("webhook", {"url": "https://x", "headers": {"X-A": "a\r\nB: c"}}, "settings.headers"),
        ("webhook", {"url": "https://x", "nonsense": 1}, "settings.nonsense"),
        ("segment", {}, "settings.write_key"),
        ("nothing", {}, "kind"),
    ],
)
def test_wrong_settings_are_refused_by_name(key, settings, path):
    """A setting that is missing, odd or unknown is named, and its value is not repeated."""
    with pytest.raises(InvalidInput) as refused:
        decode_settings(key, settings)
    assert refused.value.path == path


def test_secrets_are_masked_and_come_back():
    """Secrets are shown as stars; what is sent back masked stays as it was."""
    stored = {"url": "https://x", "shared_secret": "s", "headers": {"X-A": "a"}}

    shown = masked("webhook", stored)

    assert shown == {"url": "https://x", "shared_secret": MASK, "headers": {"X-A": MASK}}
    assert unmasked(shown, stored) == stored


def test_the_catalogue_describes_its_kinds():
    """Each kind is listed with name, what it is called in the integrations object, and its settings (R1, R3, R12)."""
    found = {entry["kind"]: entry for entry in entries()}

    assert set(found) == {"courier", "courier_cloud", "courier_source", "outbound_webhook", "segment", "webhook"}
    assert found["courier"]["name"] == found["courier_cloud"]["integration"] == "Courier"
    key = found["courier_cloud"]["settings"]["api_key"]
    assert (key["type"], key["required"], key["secret"]) == ("string", True, True)
    assert "Courier" in key["description"]
    assert found["courier_cloud"]["partner_owned"]


def test_nothing_secret_is_in_a_repr():
    """Settings and requests show nothing when they end up in a log."""
    settings = decode_settings("courier_cloud", {"api_key": "topsecret"})

    assert "topsecret" not in repr(settings)
    assert "topsecret" not in repr(kind_of("courier_cloud").request(CALL, settings))


def test_an_outbound_webhook_is_signed_as_courier_signs():
    """The body is type and data alone; the signature is hex HMAC-SHA256 of time and body, made at each try."""
    kind, settings = (
        kind_of("outbound_webhook"),
        decode_settings("outbound_webhook", {"url": "https://example.com/h", "secret": "s"}),
    )
    request = kind.request({"type": "message:updated", "messageId": "m:sent", "data": {"id": "m"}}, settings)
    sealed = kind.sealed(request, settings, now=1_700_000_000_000)

    assert msgspec.json.decode(request.body) == {"type": "message:updated", "data": {"id": "m"}}
    proof = hmac.new(b"s", b"1700000000000." + request.body, hashlib.sha256).hexdigest()
    assert sealed.headers["courier-signature"] == f"t=1700000000000,signature={proof}"
    plain = decode_settings("outbound_webhook", {"url": "https://example.com/h"})
    assert "courier-signature" not in kind.sealed(request, plain, now=1).headers
