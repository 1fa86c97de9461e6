"""Connections: few, used again, and replaced when they break."""

import asyncio

import pytest

from tidings.messages import RetryLater, Sent
from tidings.providers.smtp_connection import SmtpConnection
from tidings.providers.smtp_pool import SmtpPool
from tidings.providers.smtp_settings import SmtpSettings
from tidings.testing import Mood, SmtpServer


@pytest.fixture
async def pool_at():
    """Make pools for a server; they are closed at the end."""
    made = []

    def make(server, *, size=8, **options):
        made.append(SmtpPool(SmtpSettings(host="127.0.0.1", port=server.port, connections_max=size), **options))
        return made[-1]

    yield make
    for pool in made:
        await pool.close()


def soon(seconds=5.0):
    """Say when, by the loop's clock."""
    return asyncio.get_running_loop().time() + seconds


async def test_a_connection_is_used_again(smtp_at, server, dispatch):
    """Mails one after another share a connection."""
    smtp = smtp_at(server)
    for number in range(20):
        assert isinstance(await smtp.send(dispatch(number)), Sent)
    assert server.connections == 1


async def test_connections_are_bounded(smtp_at, server, dispatch):
    """Many mails at once share as many connections as the settings allow, and all arrive once."""
    smtp = smtp_at(server, connections_max=3)
    outcomes = await asyncio.gather(*(smtp.send(dispatch(number)) for number in range(60)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert server.connections == server.connections_open_max == 3
    assert len(server.counted) == 60
    assert set(server.counted.values()) == {1}


async def test_waiting_for_a_connection_is_bounded(smtp_at, server, dispatch, until):
    """When all connections are busy for too long, the mail is tried again later."""
    smtp = smtp_at(server, connections_max=1, timeout_s=0.2)
    server.script(Mood.HANG_AFTER_BODY)
    slow = asyncio.create_task(smtp.send(dispatch(1)))
    await until(lambda: server.received)
    outcome = await smtp.send(dispatch(2))
    assert isinstance(outcome, RetryLater)
    assert "busy" in outcome.detail
    server.hang_up()
    await slow


async def test_a_server_that_restarts(smtp_at, server, dispatch):
    """After a restart of the server the next mail goes out, over a new connection, without an error."""
    smtp = smtp_at(server)
    await smtp.send(dispatch(1))
    await server.stop()
    await server.start()
    assert isinstance(await smtp.send(dispatch(2)), Sent)
    assert server.connections == 2


@pytest.mark.parametrize("mood", [Mood.DROP_BEFORE_BODY, Mood.CLOSE])
async def test_a_stale_connection_is_replaced_once(smtp_at, server, dispatch, mood):
    """A connection that was used before and turns out dead before the body costs the mail nothing, once."""
    smtp = smtp_at(server)
    await smtp.send(dispatch(1))
    server.script(mood)
    assert isinstance(await smtp.send(dispatch(2)), Sent)
    server.script(mood, mood)
    assert isinstance(await smtp.send(dispatch(3)), RetryLater)
    assert server.counted.total() == 2


async def test_a_mail_that_may_have_gone_is_not_repeated(smtp_at, server, dispatch):
    """A used connection that breaks after the body is not replaced within the attempt: the mail may have been taken."""
    smtp = smtp_at(server)
    await smtp.send(dispatch(1))
    server.script(Mood.DROP_AFTER_BODY)
    await smtp.send(dispatch(2))
    assert server.counted.total() == 2


async def test_idle_connections_are_closed(pool_at, server, until):
    """A connection that nobody uses is let go after a while."""
    pool = pool_at(server, idle_s_max=0.05)
    connection = await pool.take(deadline=soon())
    pool.give(connection)
    await until(lambda: server.connections_open == 0)
    assert connection.is_gone


async def test_a_connection_that_was_idle_is_asked_first(pool_at, server):
    """A connection that may have been forgotten on the way answers a NOOP before a mail is trusted to it."""
    pool = pool_at(server, probe_after_s=0)
    first = await pool.take(deadline=soon())
    pool.give(first)
    assert await pool.take(deadline=soon()) is first
    pool.give(first)


async def test_a_connection_that_does_not_answer_is_replaced():
    """A peer that is silent when asked is given up, within the caller's time."""
    silent: list[asyncio.StreamWriter] = []

    async def greet_only_once(reader, writer):
        silent.append(writer)
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            if line.startswith(b"EHLO"):
                writer.write(b"250 ok\r\n")

    listener = await asyncio.start_server(greet_only_once, "127.0.0.1", 0)
    settings = SmtpSettings(host="127.0.0.1", port=listener.sockets[0].getsockname()[1])
    pool = SmtpPool(settings, probe_after_s=0)
    first = await pool.take(deadline=soon())
    pool.give(first)
    second = await pool.take(deadline=soon(0.3), fresh=False)
    assert second is not first
    assert not first.is_open
    if isinstance(second, SmtpConnection):
        pool.give(second)
    await pool.close()
    for writer in silent:
        writer.close()
    listener.close()
    await listener.wait_closed()


async def test_a_fresh_connection_lets_the_old_ones_go(pool_at, server, until):
    """When one idle connection was found dead, the others are not trusted either."""
    pool = pool_at(server, size=2)
    both = [await pool.take(deadline=soon()), await pool.take(deadline=soon())]
    for connection in both:
        pool.give(connection)
    fresh = await pool.take(deadline=soon(), fresh=True)
    assert fresh not in both
    await until(lambda: server.connections_open == 1)
    pool.give(fresh)


async def test_closing_waits_for_mail_under_way(smtp_at, server, dispatch, until):
    """A mail that is under way when the pool is closed still ends well; later ones are put off."""
    smtp = smtp_at(server)
    server.delay_s = 0.05
    sending = asyncio.create_task(smtp.send(dispatch(1)))
    await until(lambda: server.received)
    await smtp.close()
    assert isinstance(await sending, Sent)
    assert isinstance(await smtp.send(dispatch(2)), RetryLater)
    await until(lambda: server.connections_open == 0)


async def test_a_server_that_never_stops_talking(smtp_at, dispatch):
    """Endless greetings are cut off at a bound."""

    async def babble(_reader, writer):
        try:
            while True:
                writer.write(b"220-" + b"x" * 1000 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    server = SmtpServer()
    server.port = listener.sockets[0].getsockname()[1]
    assert isinstance(await smtp_at(server).send(dispatch()), RetryLater)
    listener.close()
    await listener.wait_closed()
