"""Calls to our own sources, which never leave the process."""

import msgspec
import pytest

from tidings.backends.sqlite.stream import SqliteStream
from tidings.carriers.http_carrier import HttpCarrier
from tidings.carriers.inside_carrier import InsideCarrier
from tidings.destinations import HttpFault, decode_settings, kind_of
from tidings.destinations.segment import tracking_request
from tidings.errors import InvalidInput, Unavailable
from tidings.ingest import unpack
from tidings.workspaces import SourceGrant, hash_key

CALL = {"type": "track", "event": "Message Sent", "userId": "ann", "messageId": "1-m:sent"}


class Sources:
    """Three sources: one is switched off, one enforces OAuth."""

    async def grants(self):
        """Open them."""
        on, off, shut = hash_key("wk_on"), hash_key("wk_off"), hash_key("wk_oauth")
        enforcing = SourceGrant(9, shut, 1, 3, enabled=True, enforce_oauth=True)
        return [SourceGrant(7, on, 1, 3, enabled=True), SourceGrant(8, off, 1, 3, enabled=False), enforcing]


class Clock:
    """A clock that stands."""

    def now_ms(self):
        """Tell the time."""
        return 1_767_268_800_000


class Wakeup:
    """Remembers who was woken."""

    def __init__(self):
        self.woken = []

    def wake(self, topic):
        """Wake."""
        self.woken.append(topic)


@pytest.fixture
async def stream(tmp_path):
    """An empty stream."""
    stream = await SqliteStream.open(tmp_path / "stream.db")
    yield stream
    await stream.close()


@pytest.fixture
async def inside(stream):
    """A carrier over a guarded one."""
    carrier = InsideCarrier(outside=HttpCarrier(), stream=stream, sources=Sources(), clock=Clock(), wakeup=Wakeup())
    yield carrier
    await carrier.close()


def request(write_key="wk_on", call=CALL):
    """Ask as the kind does."""
    kind = kind_of("courier_source")
    return kind.request(call, decode_settings("courier_source", {"write_key": write_key, "base_url": "here"}))


async def test_a_call_lands_in_the_stream(inside, stream):
    """It is that source's, as if it had come by the front door, and the worker is woken."""
    answer = await inside.carry(request())

    assert answer.status == 200
    (entry,) = await stream.read(0, 0, count_max=10)
    assert (entry.environment_id, entry.source_id) == (3, 7)
    (record,) = unpack(entry)
    assert (record.type, record.name, record.user_id, record.message_id) == ("track", "Message Sent", "ann", "1-m:sent")
    assert inside._wakeup.woken == ["stream"]


@pytest.mark.parametrize("write_key", ["wk_unknown", "wk_off"])
async def test_a_key_that_opens_nothing_is_refused(inside, stream, write_key):
    """Unknown keys and sources that are switched off are answered 401: the failure is final, and on record."""
    assert (await inside.carry(request(write_key))).status == 401
    assert await stream.last_offset(0) == 0


async def test_a_call_that_is_none_is_refused(inside):
    """What the door would refuse is refused here too, and is final."""
    assert (await inside.carry(request(call={"type": "track", "userId": "ann"}))).status == 400


async def test_storage_that_is_away_is_worth_another_try(inside, monkeypatch):
    """A full stream is answered 503 with Retry-After."""

    async def refuse(_appends):
        raise Unavailable("full", retry_after_s=7)

    monkeypatch.setattr(inside._stream, "append", refuse)
    answer = await inside.carry(request())

    assert (answer.status, answer.headers["retry-after"]) == (503, "7")


async def test_all_else_goes_outside_past_the_guard(inside):
    """The guard over addresses inside the network stands as before."""
    fault = await inside.carry(tracking_request(CALL, write_key="wk", base_url="http://127.0.0.1:1/v1"))

    assert isinstance(fault, HttpFault)
    assert fault.code == "BLOCKED"


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("courier_source", {"write_key": "wk", "base_url": "inside:/v1"}),
        ("segment", {"write_key": "wk", "base_url": "inside:/v1"}),
        ("segment", {"write_key": "wk", "base_url": "here"}),
        ("webhook", {"url": "inside:/v1/track"}),
        ("courier_cloud", {"api_key": "k", "base_url": "inside:"}),
    ],
)
def test_no_setting_holds_an_address_inside(kind, settings):
    """Only `here`, of the one kind that knows it, leads to our own sources."""
    with pytest.raises(InvalidInput):
        decode_settings(kind, settings)


def test_the_key_is_shown_to_nobody():
    """The write key travels in a header that testers redact."""
    assert "authorization" in request().secret_headers
    assert b"wk_on" not in request().body
    assert msgspec.json.decode(request().body) == CALL
