"""Whatever is thrown at the doors: an answer in time, no fault of ours, and no good call lost beside a bad one."""

import gzip
import json
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

PATHS = ["/v1/track", "/v1/identify", "/v1/alias", "/v1/t", "/v1/batch", "/v1/b", "/v1/import", "/v1/m"]
PATHS += ["/api/s/page", "/beacon/v1/batch", "/inbound/segment", "//v1/batch//", "/v1/nothing"]
PICTURES = ["/v1/pixel/track", "/v1/pixel/identify", "/pixel/v1/page"]
LOADED = [
    "/v1/projects/wk/settings",
    "/sourceConfig",
    "/analytics.js/v1/wk/analytics.min.js",
    "/analytics-next/bundles/a.js",
]
FAIR = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
GOOD = [{"type": "track", "event": "Good", "userId": "ann", "messageId": f"good-{at}"} for at in range(2)]


def judged(answer) -> int:
    """Check the shape that every answer has, and give its status."""
    status, headers, body = answer
    assert status in {200, 204, 400, 401, 404, 405, 413, 415}, (status, body)
    if headers.get(b"content-type") == b"application/json" and status != 200:
        told = json.loads(body)
        assert (told["success"], bool(told["code"]), bool(told["message"])) == (False, True, True)
    return status


header = st.binary(max_size=40) | st.sampled_from(
    [b"gzip", b"identity", b"br", b"Basic", b"Basic =", b"Basic d2s6", b"Bearer x", b"12", b"-1", b"9" * 30, b"null"]
)
names = ["content_encoding", "content_length", "content_type", "authorization", "x_write_key", "origin", "host"]
names += ["access_control_request_headers", "x_retry_count", "x_forwarded_for", "x_forwarded_proto"]
headers = st.dictionaries(st.sampled_from(names), header, max_size=4)


@given(
    path=st.sampled_from(PATHS + PICTURES + LOADED) | st.text(max_size=12).map("/v1/".__add__),
    method=st.sampled_from(["POST", "GET", "HEAD", "OPTIONS", "PUT"]),
    body=st.binary(max_size=400),
    query=st.binary(max_size=80) | st.binary(max_size=40).map(b"data=".__add__),
    headers=headers,
)
@FAIR
def test_any_request_has_an_answer(fuzzed, path, method, body, **more) -> None:
    """Any bytes anywhere in a request: refused politely or taken, never 500."""
    answer = fuzzed.ask(path, body, method=method, query=more["query"], **more["headers"])
    if path.startswith("/v1/") or path in PATHS + PICTURES + LOADED:
        assert answer[0] == 418 or judged(answer)


VALID = json.dumps({"batch": [*GOOD, {"type": "identify", "userId": "bob", "traits": {"é": [1, 2.5, None]}}]}).encode()
mutation = st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), st.binary(max_size=6) | st.just(b"\\ud800"))


@given(
    changes=st.lists(mutation, min_size=1, max_size=4), door=st.sampled_from(["/v1/batch", "/v1/import", "/v1/track"])
)
@FAIR
def test_a_mutated_batch_is_taken_or_refused(fuzzed, changes, door) -> None:
    """A batch with bytes cut, doubled or put in: 200 or 400, and what is kept can be read back."""
    body = VALID
    for at, length, insert in changes:
        body = body[:at] + insert + body[at + length :]
    assert judged(fuzzed.ask(door, body, x_write_key=fuzzed.write_key.encode())) in {200, 400}
    for record in fuzzed.kept():
        json.loads(record.body)


leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
anything = st.recursive(
    leaf, lambda it: st.lists(it, max_size=4) | st.dictionaries(st.text(max_size=8), it, max_size=4)
)
call = st.dictionaries(
    st.sampled_from(
        [
            "type",
            "userId",
            "anonymousId",
            "event",
            "messageId",
            "properties",
            "traits",
            "context",
            "timestamp",
            "groupId",
        ]
    ),
    anything | st.sampled_from(["track", "identify", "alias", "ann", "", "null", 0, {}, []]),
    max_size=6,
)
RAW = [
    b"NaN",
    b"-Infinity",
    b"1e999",
    b'"\\ud800"',
    b'{"a":"\\u0000"}',
    b"[" * 5000 + b"]" * 5000,
    b'{"x":' * 999 + b"1" + b"}" * 999,
]
RAW += [b'{"type":"track","event":"x","userId":"a","properties":{"p":"' + b"x" * 40_000 + b'"}}', b"9" * 6000]
bad = (anything | call).map(lambda item: json.dumps(item).encode()) | st.sampled_from(RAW)


@given(item=bad)
@example(item=RAW[5])
@FAIR
def test_a_bad_item_costs_nothing_but_itself(fuzzed, item) -> None:
    """Whatever stands between two good calls, both are kept, in order, and it is a record of its own."""
    first, second = (json.dumps(good).encode() for good in GOOD)
    body = b'{"batch":[' + first + b"," + item + b"," + second + b"]}"
    assert judged(fuzzed.ask("/v1/batch", body, x_write_key=fuzzed.write_key.encode())) == 200
    records = fuzzed.kept()
    assert len(records) == 3
    assert [(record.message_id, record.discarded) for record in (records[0], records[2])] == [
        ("good-0", ""),
        ("good-1", ""),
    ]


@given(
    plain=st.binary(max_size=300) | st.integers(1, 4_000_000).map(bytes) | st.just(VALID),
    cut=st.integers(0, 40),
    more=st.binary(max_size=12),
    window=st.sampled_from([31, 15, -15]),
    said=st.booleans(),
)
@FAIR
def test_any_packed_body_is_unpacked_in_bounds(fuzzed, plain, said, **how) -> None:
    """Bombs, halves, other formats, trailing bytes, said or not: refused or taken, in bounded memory and time."""
    packing = zlib.compressobj(9, wbits=how["window"])
    packed = packing.compress(plain) + packing.flush()
    packed = packed[: len(packed) - how["cut"]] + how["more"]
    answer = fuzzed.ask(
        "/v1/batch", packed, x_write_key=fuzzed.write_key.encode(), **({"content_encoding": b"gzip"} if said else {})
    )
    assert judged(answer) in {200, 400, 413}
    fuzzed.kept()


@pytest.mark.parametrize("levels", [100, 10_000, 120_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track"])
def test_depth_has_no_depth_to_fall_into(fuzzed, levels, opening, path) -> None:
    """Unclosed brackets by the hundred thousand, as a body, as an item, in a text: no stack overflows."""
    deep = (opening * levels)[: 450 * 1024]
    key = {"x_write_key": fuzzed.write_key.encode()}
    for body in (deep, b'{"batch":[' + deep, b'{"batch":[{"type":"track","x":"' + deep, gzip.compress(deep)):
        assert judged(fuzzed.ask(path, body, **key)) == 400
