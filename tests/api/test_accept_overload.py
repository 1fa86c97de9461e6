"""More than can be kept: refused in time, in words that libraries understand, and never lost (segment.md §7 row 59)."""

import asyncio
import json
from collections import Counter

import httpx
import pytest

from tidings.api.accept_body import Bodies
from tidings.api.server import serve
from tidings.backends.sqlite.stream import SqliteStream
from tidings.errors import Unavailable

CLIENTS = 40
REQUESTS = 15


@pytest.fixture
async def crowded(open_doors, tmp_path):
    """A real server whose stream lets two requests wait, no more; and its URL."""
    stream = await SqliteStream.open(tmp_path / "small.db", waiting_requests_max=2)
    doors = await open_doors(stream=stream)
    doors.stream = stream
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(doors.front, host="127.0.0.1", port=0, stop=stop, ready=listening.set_result))
    yield doors, await listening
    stop.set()
    await serving
    await stream.close()


async def test_under_load_nothing_is_lost_and_nothing_doubled(crowded) -> None:
    """Forty clients at once: some are told to come back, and in the end every call stands there once."""
    doors, url = crowded
    answers: Counter[int] = Counter()

    async def client(number):
        async with httpx.AsyncClient(base_url=url, auth=(doors.write_key, ""), timeout=20) as http:
            for at in range(REQUESTS):
                calls = [
                    {"type": "track", "event": "x", "userId": "ann", "messageId": f"{number}-{at}-{item}"}
                    for item in range(3)
                ]
                while True:
                    answer = await http.post("/v1/batch", json={"batch": calls})
                    answers[answer.status_code] += 1
                    if answer.status_code == 200:
                        break
                    assert answer.status_code == 503
                    assert answer.json()["code"] == "unavailable"
                    assert answer.headers["retry-after"] == answer.headers["x-ratelimit-reset"] == "1"
                    await asyncio.sleep(0.01)  # a library would wait the second

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    kept = Counter(record.message_id for record in await doors.kept())
    assert answers[503] > 0
    assert answers[200] == CLIENTS * REQUESTS
    assert len(kept) == CLIENTS * REQUESTS * 3
    assert set(kept.values()) == {1}


async def test_odd_requests_are_served_on_one_connection(crowded) -> None:
    """Rows 58 and 59: HTTP/1.0, `Expect: 100-continue`, chunks and pipelining on a bare socket."""
    doors, url = crowded
    host, port = url.removeprefix("http://").split(":")
    body = json.dumps({"type": "track", "event": "x", "userId": "ann", "writeKey": doors.write_key}).encode()
    head = b"POST /v1/t HTTP/%s\r\nHost: a\r\n%s\r\n"
    length = b"Content-Length: %d\r\n" % len(body)

    async def talk(sent: bytes, answers: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        heard = b""
        while heard.count(b'{"success":true}') < answers and (chunk := await reader.read(65_536)):
            heard += chunk
        writer.close()
        return heard

    assert b" 200 OK" in await talk(head % (b"1.0", length) + body, 1)
    assert b"100 Continue" in await talk(head % (b"1.1", length + b"Expect: 100-continue\r\n") + body, 1)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert b" 200 OK" in await talk(head % (b"1.1", b"Transfer-Encoding: chunked\r\n") + chunks, 1)
    piped = (head % (b"1.1", length) + body) * 2
    assert (await talk(piped, 2)).count(b" 200 OK") == 2
    assert len(await doors.kept()) == 5


async def test_bodies_on_their_way_are_bounded() -> None:
    """Slow senders hold a bounded amount of memory: whoever comes then is told to come back, and later is let in."""
    bodies = Bodies(timeout_s=5, bytes_max=1000)
    arrives = asyncio.Event()

    async def receive():
        await arrives.wait()
        return {"type": "http.request", "body": b"x" * 600}

    first = asyncio.create_task(bodies.read(receive, {b"content-length": b"600"}))
    await asyncio.sleep(0)
    for headers in ({b"content-length": b"600"}, {}, {b"content-length": b"9" * 40}):
        with pytest.raises(Unavailable):
            await bodies.read(receive, headers)
    arrives.set()
    assert len(await first) == 600
    assert len(await bodies.read(receive, {b"content-length": b"600"})) == 600
