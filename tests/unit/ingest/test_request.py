import json

import msgspec
import pytest

from tidings.errors import InvalidInput, TooLarge
from tidings.ingest import BATCH, IMPORT, INBOUND, CallRefused, Door, ingest, open_body

NOW = 1_700_000_000_000
TRACK = Door(type="track")
CALL = {"type": "track", "event": "Signed Up", "userId": "ann", "messageId": "m1"}


def body_of(*items, **beside) -> bytes:
    """Write a batch; an item as bytes is taken as it is."""
    parts = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    head = "".join(f"{json.dumps(key)}:{json.dumps(value)}," for key, value in beside.items())
    return b"{" + head.encode() + b'"batch":[' + b",".join(parts) + b"]}"


def batch(*items, **beside):
    """Make records of a batch."""
    return ingest(open_body(body_of(*items, **beside), BATCH), received_at=NOW)


def one(item, **beside):
    """Make the record of a batch with one item."""
    [record] = batch(item, **beside)
    return record


def raw(text: str) -> bytes:
    """Write a track with some more JSON in it, as text."""
    return (json.dumps(CALL)[:-1] + "," + text + "}").encode()


def refusal(body: bytes, door: Door = TRACK) -> str:
    """Tell the code with which a single call is refused."""
    with pytest.raises(InvalidInput) as refused:
        ingest(open_body(body, door), received_at=NOW)
    return refused.value.code


@pytest.mark.parametrize(
    "call",
    [
        CALL,
        {"type": "identify", "anonymousId": "x", "traits": {"a": 1}},
        {"type": "page", "userId": "ann", "name": None, "category": None},
        {"type": "screen", "userId": "ann", "name": "Home"},
        {"type": "group", "userId": "ann", "groupId": "g"},
        {"type": "alias", "userId": "ann", "previousId": "x"},
    ],
)
def test_every_type_is_taken(call) -> None:
    """The six types of the Spec are taken, alone and in batches."""
    record = one(call)
    assert (record.type, record.discarded, record.warnings) == (call["type"], "", ())
    assert json.loads(record.body) == call
    [alone] = ingest(open_body(json.dumps(call).encode(), Door(type=call["type"])), received_at=NOW)
    assert alone.type == call["type"]


@pytest.mark.parametrize("body", [b"", b"  \n ", b"{", b'{"a":1} x', b"{'a':1}", b"\xff", b'{"a":"\xff"}'])
@pytest.mark.parametrize("door", [TRACK, BATCH])
def test_what_is_no_json_in_utf8_is_refused(body, door) -> None:
    """Rows 1, 2, 7: empty, malformed and mis-encoded bodies are refused whole."""
    assert refusal(body, door) == "bad_request"


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"5"])
@pytest.mark.parametrize("door", [TRACK, BATCH])
def test_what_is_no_object_is_refused(body, door) -> None:
    """Row 4: JSON of any other kind at the top is refused."""
    assert refusal(body, door) == "bad_request"


@pytest.mark.parametrize("door", [BATCH, TRACK])
def test_a_byte_order_mark_and_line_ends_are_no_matter(door) -> None:
    """Row 6: BOM and CRLF are accepted."""
    body = body_of(CALL) if door.is_batch else json.dumps(CALL).encode()
    [record] = ingest(open_body(b"\xef\xbb\xbf\r\n" + body + b"\r\n", door), received_at=NOW)
    assert not record.discarded


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5000])
def test_a_number_nothing_can_hold_becomes_null(token) -> None:
    """Rows 3 and 10: such a number is null with a warning, and the rest of the batch is untouched."""
    first, second = batch(raw(f'"properties":{{"a":{token},"b":12345678980}}'), {**CALL, "messageId": "m2"})
    assert json.loads(first.body)["properties"] == {"a": None, "b": 12345678980}
    assert first.warnings == ("number_out_of_range",)
    assert (second.warnings, second.discarded) == ((), "")


def test_a_single_call_with_nan_is_taken() -> None:
    """Row 3: leniency holds for single calls as well."""
    body = raw('"properties":{"a":NaN},"writeKey":"wk"')
    request = open_body(body, TRACK)
    assert request.write_key == "wk"
    [record] = ingest(request, received_at=NOW)
    assert b"writeKey" not in record.body


@pytest.mark.parametrize(
    "number", ["157963456373623802123456789", "0.1234567890123456789012345678901234567890", "1.50"]
)
def test_numbers_keep_every_digit(number) -> None:
    """Row 10: integers of any size and long decimals are stored as they came, patiently or not."""
    for call in (raw(f'"properties":{{"a":{number}}}'), raw(f'"extra":1,"properties":{{"a":{number}}}')):
        assert f":{number}}}".encode() in one(call).body


def test_the_last_of_equal_keys_wins() -> None:
    """Row 5: a key twice counts with its last value."""
    assert one(raw('"userId":"bob"')).user_id == "bob"


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\ude00"])
def test_text_that_no_storage_takes_is_replaced(escape) -> None:
    """Row 8: NUL and lone surrogates cannot reach storage, in values, keys or ids."""
    record = one(raw(rf'"properties":{{"{escape}":"{escape}"}},"userId":"x{escape}"'))
    assert record.warnings == ("text_mended",)
    assert record.user_id == "x\ufffd"
    assert json.loads(record.body)["properties"] == {"\ufffd": "\ufffd"}


def test_any_text_is_kept_exactly() -> None:
    """Row 9: emoji, right-to-left and combining marks stay as they are, escaped or not."""
    name = "e\u0301 🎉 שלום"
    for escaped in (True, False):
        text = json.dumps({**CALL, "event": name, "userId": name}, ensure_ascii=escaped).encode()
        record = one(text)
        assert (record.name, record.user_id, record.body) == (name, name, text)


@pytest.mark.parametrize("deep", [64, 500, 10_000])
def test_a_call_too_deep_is_discarded_alone(deep) -> None:
    """Row 11: ten thousand levels neither overflow a stack nor cost the others of the batch anything."""
    call = raw('"extra":' + "[" * deep + "]" * deep)
    first, second = batch(call, {**CALL, "messageId": "m2"})
    assert (first.discarded, first.user_id, first.message_id) == ("too_deep", "ann", "m1")
    assert second.discarded == ""
    assert refusal(call) == "too_deep"


def test_sixty_four_levels_are_taken() -> None:
    """Row 11: the limit itself passes, the event counted."""
    assert not one(raw('"properties":' + '{"a":' * 63 + "1" + "}" * 63)).discarded


def test_an_event_of_more_than_32_kib_is_refused() -> None:
    """Row 12: the message is the one that Segment's libraries know."""
    body = json.dumps(CALL).encode()
    body = body[:-1] + b" " * (32_768 - len(body)) + b"}"
    assert ingest(open_body(body, TRACK), received_at=NOW)
    with pytest.raises(CallRefused, match="Exceed payload limit") as refused:
        ingest(open_body(body + b" ", TRACK), received_at=NOW)
    assert (refused.value.code, refused.value.record.name) == ("event_too_large", "Signed Up")


@pytest.mark.parametrize("beside", [{}, {"context": {"a": 1}}])
def test_a_large_item_is_discarded_alone(beside) -> None:
    """Row 13: one item of 40 KB is discarded, its outline kept; the rest goes on."""
    large, small = batch({**CALL, "properties": {"x": "x" * 40_000}}, {**CALL, "messageId": "m2"}, **beside)
    assert (large.discarded, large.name, large.user_id) == ("event_too_large", "Signed Up", "ann")
    assert len(large.body) < 1000
    assert small.discarded == ""


def test_a_request_of_more_than_500_kib_is_refused() -> None:
    """Row 14: the whole request is refused by its decoded size."""
    with pytest.raises(TooLarge) as refused:
        open_body(b" " * (500 * 1024 + 1), BATCH)
    assert refused.value.code == "request_too_large"


def test_more_than_2500_items_are_not_processed() -> None:
    """Row 18: none is taken, and one discarded record says why."""
    assert len(batch(*[b"{}"] * 2500)) == 2500
    [record] = batch(*[b"{}"] * 2501)
    assert (record.discarded, record.type) == ("batch_too_many_events", "unknown")


def test_an_empty_batch_makes_nothing() -> None:
    """Row 19: no items, no records, no refusal."""
    assert batch() == []


@pytest.mark.parametrize("text", [b"{}", b'{"batch":{}}', b'{"batch":"x"}', b'{"batch":null}', b'{"batch":NaN}'])
def test_a_batch_needs_a_list(text) -> None:
    """Row 20: a missing batch or one that is no list is refused."""
    assert refusal(text, BATCH) == "bad_request"


@pytest.mark.parametrize("item", [b"null", b"5", b"[]", b'"x"', b"true"])
def test_an_item_that_is_no_object_is_discarded_alone(item) -> None:
    """Row 21: such an item is discarded, its neighbours are not."""
    assert [record.discarded for record in batch(CALL, item, {**CALL, "messageId": "m2"})] == ["", "bad_request", ""]


@pytest.mark.parametrize(
    ("kind", "discarded"),
    [(None, "type_unknown"), ("delete", "type_unknown"), (5, "type_unknown"), ("Track", ""), ("TRACK", "")],
)
def test_a_type_is_lowered_or_unknown(kind, discarded) -> None:
    """Row 22: mixed case is accepted, other words and none are not."""
    record = one({**CALL, "type": kind})
    assert (record.discarded, record.type) == (discarded, "unknown" if discarded else "track")


def test_the_path_wins_over_the_body() -> None:
    """Row 23: what is posted to `/v1/track` is a track."""
    [record] = ingest(open_body(json.dumps({**CALL, "type": "identify"}).encode(), TRACK), received_at=NOW)
    assert record.type == "track"


def test_a_batch_at_a_single_door_is_refused_with_advice() -> None:
    """Row 24: whoever mixes up the doors is told the right one."""
    with pytest.raises(InvalidInput, match="/v1/batch"):
        ingest(open_body(body_of(CALL), TRACK), received_at=NOW)
    with pytest.raises(InvalidInput, match="/v1/track"):
        open_body(json.dumps(CALL).encode(), BATCH)


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        pytest.param({"userId": None}, "no_user_anon_id", id="25 no ids"),
        pytest.param({"userId": ""}, "no_user_anon_id", id="26 an empty id"),
        pytest.param({"userId": "  "}, "no_user_anon_id", id="26 a blank id"),
        pytest.param({"userId": True}, "id_not_string", id="28 a boolean"),
        pytest.param({"userId": {}}, "id_not_string", id="28 an object"),
        pytest.param({"userId": []}, "id_not_string", id="28 a list"),
        pytest.param({"anonymousId": []}, "id_not_string", id="28 the other id"),
        pytest.param({"userId": "x" * 10_240}, "id_too_long", id="30 ten kilobytes"),
        pytest.param({"event": None}, "event_not_defined", id="32 no event"),
        pytest.param({"event": ""}, "event_not_defined", id="32 an empty event"),
        pytest.param({"event": 123}, "event_not_string", id="32 a number"),
        pytest.param({"event": "x" * 5000}, "name_too_long", id="32 five kilobytes"),
        pytest.param({"properties": []}, "properties_not_object", id="34 a list"),
        pytest.param({"properties": "x"}, "properties_not_object", id="34 a text"),
        pytest.param({"type": "identify", "traits": []}, "traits_not_object", id="34 traits"),
        pytest.param({"messageId": "x" * 101}, "message_id_too_long", id="41 101 characters"),
        pytest.param({"type": "alias"}, "previous_id_missing", id="61 no previous id"),
        pytest.param({"type": "alias", "userId": "", "anonymousId": "x"}, "id_required", id="61 no user id"),
        pytest.param({"type": "group"}, "group_id_missing", id="65 no group id"),
        pytest.param({"type": "group", "groupId": False}, "id_not_string", id="65 a boolean"),
        pytest.param({"type": "page", "name": ""}, "name_not_string", id="an empty page name"),
        pytest.param({"type": "page", "category": 5}, "category_not_string", id="a category that is a number"),
    ],
)
def test_what_is_wrong_with_a_call_has_a_slug(change, slug) -> None:
    """A bad item is discarded alone with its reason (§1.6); as a single call it is refused with it (D2)."""
    call = {**CALL, **change}
    bad, good = batch(call, {**CALL, "messageId": "m2"})
    assert (bad.discarded, good.discarded) == (slug, "")
    assert bad.detail
    assert refusal(json.dumps(call).encode(), Door(type=call["type"])) == slug


@pytest.mark.parametrize(
    ("text", "user_id"),
    [("123", "123"), ("1.0", "1"), ("157963456373623802", "157963456373623802"), ("1e3", "1000")],
)
def test_a_numeric_id_becomes_text(text, user_id) -> None:
    """Row 27 and D4: numbers are written out, without exponent or loss."""
    assert one(raw(f'"userId":{text}')).user_id == user_id


def test_an_empty_user_id_leaves_the_anonymous_one() -> None:
    """Row 26: RudderStack sends an empty user id while the user is anonymous."""
    record = one({**CALL, "userId": "", "anonymousId": "x"})
    assert (record.user_id, record.anonymous_id, record.user_key) == (None, "x", "a:x")


@pytest.mark.parametrize("text", ["null", "undefined", "0", "anonymous", "-1", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_names_nobody_is_not_used(text) -> None:
    """Row 29: the call is kept with a warning, for the anonymous user if there is one, else for nobody."""
    record = one({**CALL, "userId": text, "anonymousId": "x"})
    assert (record.user_key, record.warnings, record.discarded) == ("a:x", ("blocked_id",), "")
    nobody = one({**CALL, "userId": text})
    assert (nobody.user_key, nobody.warnings, nobody.discarded) == ("", ("blocked_id",), "")
    assert json.loads(nobody.body)["userId"] == text


def test_an_anonymous_id_that_names_nobody_is_not_used_either() -> None:
    """Row 29: one device without an id must not become everybody's."""
    assert one({**CALL, "userId": None, "anonymousId": "null"}).user_key == ""


@pytest.mark.parametrize("part", ["properties", "context", "integrations"])
@pytest.mark.parametrize("extra", [{}, {"extra": 1}])
def test_null_containers_are_no_matter(part, extra) -> None:
    """Rows 33, 35 and 48: null stands for an empty object."""
    record = one({**CALL, part: None, **extra})
    assert (record.discarded, record.warnings) == ("", ())


def test_odd_keys_and_null_traits_are_data() -> None:
    """Rows 36 and 37: null traits and keys of any kind are kept."""
    traits = {"": 1, "a.b": None, "$x y": 2, "__proto__": {"constructor": 3}}
    record = one({"type": "identify", "userId": "ann", "traits": traits})
    assert json.loads(record.body)["traits"] == traits


def test_many_properties_are_bounded_by_the_size_of_a_call() -> None:
    """Row 38: thousands fit and are kept, each; twenty thousand do not, and cost their own call alone."""
    some, many = ({f"p{at}": at for at in range(count)} for count in (2000, 20_000))
    fits, burst = batch({**CALL, "properties": some}, {**CALL, "messageId": "m2", "properties": many})
    assert (fits.discarded, json.loads(fits.body)["properties"]) == ("", some)
    assert burst.discarded == "event_too_large"


def test_a_message_id_counts_once_in_a_request() -> None:
    """Rows 39 and 40: the first good event of a `messageId` stands, whatever a later one says."""
    bad = {**CALL, "event": ""}
    records = batch(bad, CALL, {**CALL, "event": "Other"}, {**CALL, "messageId": "m2"})
    assert [record.discarded for record in records] == ["event_not_defined", "", "duplicate", ""]


@pytest.mark.parametrize(("said", "kept"), [("", None), (None, None), (5, "5"), (True, None), ("x" * 100, "x" * 100)])
def test_a_message_id_is_made_where_there_is_none(said, kept) -> None:
    """Row 41: empty and null get one, each its own; numbers become text; 100 characters are allowed."""
    first, second = batch({**CALL, "messageId": said}, {**CALL, "messageId": said, "event": "Other"})
    if kept is None:
        assert first.message_id
        assert first.message_id != second.message_id
    else:
        assert (first.message_id, second.discarded) == (kept, "duplicate")


@pytest.mark.parametrize(
    ("times", "beside", "timestamp", "original"),
    [
        pytest.param({"timestamp": NOW - 500}, {"sentAt": NOW - 100}, NOW - 400, NOW - 500, id="corrected"),
        pytest.param(
            {"timestamp": NOW - 500, "sentAt": NOW - 200}, {"sentAt": 1}, NOW - 300, NOW - 500, id="own sentAt"
        ),
        pytest.param({}, {"sentAt": NOW - 100}, NOW, NOW - 100, id="no timestamp"),
        pytest.param({"timestamp": NOW - 500}, {}, NOW - 500, NOW - 500, id="no sentAt"),
        pytest.param({"timestamp": NOW - 500}, {"sentAt": "soon"}, NOW - 500, NOW - 500, id="sentAt garbage"),
        pytest.param({}, {}, NOW, NOW, id="neither"),
        pytest.param({"originalTimestamp": NOW - 500}, {"sentAt": NOW - 100}, NOW - 400, NOW - 500, id="RudderStack"),
        pytest.param({}, {"timestamp": NOW - 700}, NOW - 700, NOW - 700, id="the batch's timestamp"),
        pytest.param({"timestamp": NOW + 3 * 86_400_000}, {}, NOW + 3 * 86_400_000, NOW + 3 * 86_400_000, id="future"),
        pytest.param(
            {"timestamp": NOW + 31_536_000_000},
            {"sentAt": NOW + 31_536_000_000},
            NOW,
            NOW + 31_536_000_000,
            id="a wrong year",
        ),
        pytest.param({"timestamp": NOW}, {"sentAt": NOW - 50}, NOW + 50, NOW, id="sent before it happened"),
    ],
)
def test_clocks_are_corrected(times, beside, timestamp, original) -> None:
    """Rows 42, 45 and 46: the timestamp is the time of arrival less the client's own delay, never clamped."""
    record = one({**CALL, **times}, **beside)
    assert (record.timestamp, record.original_timestamp) == (timestamp, original)


def test_the_fast_and_the_patient_way_agree_on_times() -> None:
    """The same call with and without an unknown field gets the same times."""
    times = {"timestamp": "2023-11-14T22:13:19.123456+00:00", "sentAt": "2023-11-14T22:13:19.987Z"}
    fast, patient = batch({**CALL, **times}, {**CALL, **times, "messageId": "m2", "extra": 1})
    assert (fast.timestamp, fast.original_timestamp, fast.sent_at) == (
        *(patient.timestamp, patient.original_timestamp, patient.sent_at),
    )


@pytest.mark.parametrize("text", ["yesterday", "01/02/2020", True, [], "9" * 50])
def test_a_timestamp_nobody_can_read_is_the_arrival(text) -> None:
    """Row 43: the call counts as of its arrival, with a warning, and keeps its text."""
    record = one({**CALL, "timestamp": text})
    assert (record.timestamp, record.original_timestamp, record.warnings) == (NOW, None, ("timestamp_invalid",))
    assert json.loads(record.body)["timestamp"] == text


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_far_years_stay_writable(year) -> None:
    """Row 44: no correction and no offset leads out of the calendar."""
    for zone in ("Z", "+14:00", "-12:00"):
        record = one({**CALL, "timestamp": f"{year}-12-31T23:59:59{zone}"}, sentAt="2020-01-01T00:00:00Z")
        assert -62_135_596_800_000 <= record.timestamp <= 253_402_300_799_999


def test_what_the_server_says_a_client_may_not() -> None:
    """Row 47: received time, project and version are not taken from a client, and no write key is kept."""
    record = one({**CALL, "receivedAt": "2001-01-01", "projectId": "p", "version": 9, "writeKey": "secret"})
    assert json.loads(record.body) == CALL


@pytest.mark.parametrize(
    "text", ['{"writeKey":"wk",%s}', '{%s,"writeKey" : "wk" }', '{"writeKey":"wk","writeKey":"wk",%s}']
)
@pytest.mark.parametrize("more", ["", ',"context":{"writeKey":1}', ',"name":"\\\\"'])
def test_no_write_key_is_kept(text, more) -> None:
    """A browser writes the key into each event; wherever it stands, what is kept is the event without it."""
    call = (text % (json.dumps(CALL)[1:-1] + more)).encode()
    kept = json.loads(one(call).body)
    assert kept == {key: value for key, value in json.loads(call).items() if key != "writeKey"}


@pytest.mark.parametrize(
    ("part", "warning"), [("context", "context_not_object"), ("integrations", "integrations_not_object")]
)
@pytest.mark.parametrize("value", [[], "x", 5, True])
def test_odd_contexts_cost_nobody_their_event(part, warning, value) -> None:
    """Rows 48 and 50: what should be an object and is none counts as empty, with a warning."""
    record = one({**CALL, part: value})
    assert (record.discarded, record.warnings) == ("", (warning,))
    assert json.loads(record.body)[part] == {}


def test_what_a_batch_says_holds_for_its_items() -> None:
    """§1.13: context merges at any depth, integrations by key, and the item wins."""
    own = {"context": {"app": {"name": "own"}}, "integrations": {"All": True}}
    beside = {
        "context": {"app": {"name": "batch", "build": 1}, "ip": "::1"},
        "integrations": {"All": False, "Courier": True},
    }
    body = json.loads(one({**CALL, **own}, **beside).body)
    assert body["context"] == {"app": {"name": "own", "build": 1}, "ip": "::1"}
    assert body["integrations"] == {"All": True, "Courier": True}


def test_a_large_context_does_not_multiply() -> None:
    """A batch's own context may not make a gigabyte of half a megabyte."""
    body = body_of(*[b'{"type":"track"}'] * 2000, context={"x": "x" * 30_000})
    with pytest.raises(TooLarge) as refused:
        open_body(body, BATCH)
    assert refused.value.code == "request_too_large"


def test_imports_are_history_and_exact() -> None:
    """§1.11: imported calls keep their timestamps to the millisecond and are marked."""
    body = body_of({**CALL, "timestamp": "2020-01-01T00:00:00.123Z"}, sentAt="2020-06-01T00:00:00Z")
    [record] = ingest(open_body(body, IMPORT), received_at=NOW)
    assert (record.historical, record.timestamp) == (True, 1_577_836_800_123)


def test_a_forwarded_event_keeps_segments_timestamp() -> None:
    """Segment has corrected the clock already: its timestamp stands."""
    call = {**CALL, "timestamp": NOW - 9000, "originalTimestamp": NOW - 5000, "sentAt": NOW - 4000, "version": 2}
    [record] = ingest(open_body(json.dumps(call).encode(), INBOUND), received_at=NOW)
    assert (record.timestamp, record.sent_at) == (NOW - 9000, NOW - 4000)


def test_a_forwarded_event_needs_a_type() -> None:
    """No path names its type."""
    assert refusal(b'{"userId":"ann"}', INBOUND) == "type_unknown"


def test_records_of_a_request_stay_in_order() -> None:
    """Items of a batch become records in the order in which they stand."""
    items = [{**CALL, "messageId": f"m{at}", **({"extra": 1} if at % 3 else {})} for at in range(50)]
    assert [record.message_id for record in batch(*items)] == [f"m{at}" for at in range(50)]


def test_every_body_is_readable() -> None:
    """Whatever is kept can be decoded by whoever reads it later."""
    items = [CALL, raw('"properties":{"a":1e308,"b":"\\u0000"}'), b"[]", raw('"traits":' + "[" * 99 + "]" * 99)]
    for record in batch(*items):
        assert msgspec.json.decode(record.body) == json.loads(record.body)


def test_a_request_shows_no_content() -> None:
    """A repr ends up in logs, where nobody's data belongs."""
    assert "ann" not in repr(open_body(body_of(CALL), BATCH))
