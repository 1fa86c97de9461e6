"""The client for outside destinations, against a real server in every mood."""

import asyncio
import ipaddress
import socket
import ssl

import pytest
import trustme
from aiohttp import web

from tidings.carriers import guarded_resolver
from tidings.destinations import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.http import ANSWER_BYTES_MAX
from tidings.destinations.reach import Blocked, check_url, is_outside

ANYWHERE = ".".join("0000")


def to(service, **fields):
    """Make a request to a service."""
    return HttpRequest(url=f"{service.url}/hook", body=b'{"type":"track"}', **fields)


async def test_a_request_arrives_as_it_was_made(carrier, service):
    """Method, path, headers and body arrive, and the answer comes back."""
    answer = await carrier.carry(to(service, headers={"X-One": "1", "Content-Type": "application/json"}))

    assert isinstance(answer, HttpAnswer)
    assert (answer.status, answer.body) == (200, b'{"ok": true}')
    (received,) = service.received
    assert (received.path, received.raw, received.headers["x-one"]) == ("/hook", b'{"type":"track"}', "1")


@pytest.mark.parametrize(
    ("mood", "status"), [("bad_request", 400), ("unauthorized", 401), ("busy", 429), ("broken", 503)]
)
async def test_refusals_are_answers(carrier, service, mood, status):
    """A refusal is an answer, with its headers and what it says. Row 74."""
    service.mood = mood

    answer = await carrier.carry(to(service))

    assert answer.status == status
    assert answer.headers.get("retry-after") == ("1" if mood == "busy" else None)


@pytest.mark.parametrize(
    ("mood", "codes"), [("reset", {"ECONNRESET"}), ("garbage", {"EPROTO", "ECONNRESET"}), ("slow", {"ETIMEDOUT"})]
)
async def test_what_is_no_answer_is_a_fault(carrier, service, mood, codes):
    """A reset, something that is no HTTP and silence are faults that may pass. Row 74."""
    service.mood = mood

    fault = await carrier.carry(to(service, timeout_s=0.3))

    assert isinstance(fault, HttpFault)
    assert fault.code in codes
    assert not fault.is_final


async def test_a_certificate_that_nobody_vouches_for_is_a_fault(carrier):
    """It may be mended, so the call is tried again, and the delivery view says why; nothing was sent. Row 74."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    heard = []
    server = await asyncio.start_server(lambda reader, writer: heard.append(writer), "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        fault = await carrier.carry(HttpRequest(url=f"https://127.0.0.1:{port}/hook", body=b"{}"))

    assert (fault.code, fault.is_final, heard) == ("ETLS", False, [])


async def test_nobody_listening_is_a_fault(carrier, service):
    """A closed port is a fault that may pass."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        fault = await carrier.carry(HttpRequest(url=url))

    assert fault.code == "ECONNREFUSED"


async def test_a_name_that_leads_nowhere_is_a_fault(carrier):
    """A name without address is a fault that may pass."""
    fault = await carrier.carry(HttpRequest(url="http://nowhere.invalid/", timeout_s=5))

    assert fault.code in {"ENOTFOUND", "ETIMEDOUT"}


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://", "http://user:pass@example.com/", "http://a:99999/"])
async def test_what_is_no_url_is_final(guarded, url):
    """A URL that cannot be called is refused for good."""
    fault = await guarded.carry(HttpRequest(url=url))

    assert fault.is_final


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", ANYWHERE, "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"]
)
async def test_this_machine_is_not_called(guarded, service, host):
    """However the loopback address is written, the guard knows it, and nothing arrives."""
    port = service.url.rpartition(":")[2]

    fault = await guarded.carry(HttpRequest(url=f"http://{host}:{port}/hook", timeout_s=5))

    assert isinstance(fault, HttpFault)
    assert fault.code in {"BLOCKED", "ENOTFOUND", "EBADURL"}
    assert service.received == []


async def test_what_a_name_leads_to_is_checked_when_it_is_called(guarded, service, monkeypatch):
    """A name that led outside when it was saved and inside when it is called is not called."""
    port = service.url.rpartition(":")[2]

    async def inside(*_):
        return [
            {"hostname": "a", "host": "127.0.0.1", "port": int(port), "family": socket.AF_INET, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr(guarded_resolver.ThreadedResolver, "resolve", inside)

    fault = await guarded.carry(HttpRequest(url=f"http://rebound.example:{port}/hook"))

    assert (fault.code, fault.is_final) == ("BLOCKED", True)
    assert service.received == []


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        (ANYWHERE, False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_outside(address, outside):
    """Private, local, shared, metadata and multicast addresses are inside, whatever they are wrapped in."""
    assert is_outside(ipaddress.ip_address(address)) is outside


def test_a_private_url_is_refused_by_looking():
    """An address that is written out is refused before anything is asked."""
    with pytest.raises(Blocked):
        check_url("https://169.254.169.254/latest/meta-data")


async def test_a_long_answer_is_cut(carrier, service, monkeypatch):
    """Of a long answer only the beginning is read."""
    monkeypatch.setattr(service, "success", lambda _: web.Response(body=b"x" * 1_000_000))

    answer = await carrier.carry(to(service))

    assert 0 < len(answer.body) <= ANSWER_BYTES_MAX


async def test_redirects_stay_on_the_host(carrier, service, monkeypatch):
    """307 is followed on the same host; elsewhere it is an answer, so no secret travels. Row 74."""

    def success(received):
        if received.path == "/hook":
            raise web.HTTPTemporaryRedirect("/there")
        if received.path == "/there":
            return web.Response(text="arrived")
        raise web.HTTPTemporaryRedirect("http://elsewhere.invalid/")

    monkeypatch.setattr(service, "success", success)

    assert (await carrier.carry(to(service))).body == b"arrived"
    assert (await carrier.carry(HttpRequest(url=f"{service.url}/away"))).status == 307


async def test_many_at_once(carrier, service):
    """Requests share a pool and do not wait for each other."""
    answers = await asyncio.gather(*(carrier.carry(to(service)) for _ in range(50)))

    assert {answer.status for answer in answers} == {200}
