"""How fast the outbound step hands messages of one template to an SMTP server, to an HTTP server, and to the outbox.

python benchmarks/outbound.py [--postgres] [--workers 2] [--users 300000]

With many users each has a profile and had a message before, and those who get one now are drawn at random.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvloop
from http_sink import http_sink
from report import Row, median, show
from sink import smtp_sink
from sqlalchemy import delete, insert, literal, select

from tidings.app.installation import Installation, open_installation
from tidings.app.worker import build_worker
from tidings.backends.sql.tables import attempts, data_log, due, messages, outputs
from tidings.channels import ChannelContent, Dispatch, EmailContent, Way, WebhookContent
from tidings.cli.processes import SWITCH_S
from tidings.config import Config
from tidings.effects import Effects, ProfileWrite
from tidings.event_maps import EventMap
from tidings.ids import derived_id
from tidings.messages import Message
from tidings.pipeline.outbound import OutboundStep
from tidings.provider_configs import ProviderConfig
from tidings.templates import TemplateVersion
from tidings.testing.postgres import PostgresServer

MESSAGES = 6_000
ROUNDS = 3
BUDGET = 3_000
USERS = 100
ELEMENTS: list[dict[str, object]] = [
    {
        "type": "channel",
        "channel": "email",
        "elements": [
            {"type": "meta", "title": "Order {{orderNumber}}"},
            {"type": "text", "content": "Hi {{profile.given_name}}, your order **{{orderNumber}}** is on its way."},
            {"type": "text", "content": "It arrives on {{estimatedDelivery}}."},
            {"type": "action", "content": "Track it", "href": "https://example.com/orders/{{orderNumber}}"},
            {"type": "divider"},
            {"type": "text", "content": "Thank you for shopping with us.", "text_style": "subtext"},
        ],
    }
]


EMAIL = EmailContent(
    to="user@example.com", subject="Order", html="<p>" + ("x" * 79 + "\n") * 115 + "</p>", text="Order"
)
WEBHOOK = WebhookContent(to="user", payload={"title": "Order", "body": "x" * 200})


class Sink(msgspec.Struct, frozen=True):
    """Where messages end."""

    name: str
    budget: int
    way: Way
    content: ChannelContent
    smtp_url: str = ""
    http_url: str = ""


async def measure(*, postgres: bool = False, workers: int = 1, users: int = USERS) -> list[Row]:
    """Measure messages per second in some rounds, into each sink; more than one worker are processes of their own."""
    with smtp_sink() as smtp, http_sink() as http:
        url, webhook = f"http://127.0.0.1:{http}/", Way("webhook", "webhook", "pc", "")
        emails, outbox = Way("email", "smtp", "", EMAIL.to), Way("email", "outbox", "", EMAIL.to)
        return [
            await _to(sink, postgres=postgres, workers=workers, users=users)
            for sink in (
                Sink("to smtp-sink", BUDGET, emails, EMAIL, smtp_url=f"smtp://127.0.0.1:{smtp}"),
                Sink("to an HTTP sink", 4_000, webhook, WEBHOOK, http_url=url),
                Sink("to the outbox", 10_000, outbox, EMAIL),
            )
        ]


@contextmanager
def _place(*, postgres: bool) -> Iterator[tuple[Path, str]]:
    """Give a folder, and the URL of a database of our own, empty for the embedded one."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if not postgres:
            yield place / "data", ""
            return
        place.chmod(0o755)
        with PostgresServer(place / "postgres", settings={"shared_buffers": "1GB", "max_wal_size": "4GB"}) as server:
            yield place / "data", server.url()


def _config(data: Path, database_url: str, smtp_url: str) -> Config:
    return Config(data=data, database_url=database_url, smtp_url=smtp_url, private_urls=True, log_level="warning")


async def _to(sink: Sink, *, postgres: bool, workers: int, users: int) -> Row:
    with _place(postgres=postgres) as (data, database_url):
        config = _config(data, database_url, sink.smtp_url)
        async with open_installation(config) as installation:
            environment = installation.environments[0]
            await _design(installation, environment.id, sink.way.channel)
            await _people(installation, environment.id, users)
            if sink.http_url:
                await installation.provider_configs.put(_webhook(environment.id, sink.http_url))
            figures, ceilings = [], []
            for number in range(ROUNDS):
                await _fill(installation, environment.id, number, users)
                if workers == 1:
                    figures.append(await _drain(build_worker(installation).outbound))
                else:
                    figures.append(await _drain_together(config, workers))
                ceilings.append(await _send_only(installation, sink))
    name = f"outbound, one template, {sink.name}" + (f", {workers} workers" if workers > 1 else "")
    name += f", {users:,} users" if users != USERS else ""
    return median(name, "messages/s", sink.budget, figures, ceilings=ceilings)


def _webhook(environment_id: int, url: str) -> ProviderConfig:
    return ProviderConfig(
        environment_id=environment_id,
        id="pc",
        provider="webhook",
        title="Sink",
        alias=None,
        settings={"url": url},
        created=1,
        updated=1,
    )


async def _design(installation: Installation, environment_id: int, channel: str) -> None:
    elements = [{**ELEMENTS[0], "channel": channel}]
    draft = TemplateVersion(
        template_id="nt_bench", version=0, name="Order", content={"version": "2022-01-01", "elements": elements}
    )
    await installation.templates.create(environment_id, draft)
    await installation.templates.publish(environment_id, "nt_bench", version=None, by="benchmark", now=1)
    await installation.event_maps.put(environment_id, EventMap("order", "nt_bench"))


async def _people(installation: Installation, environment_id: int, users: int) -> None:
    """Give each user a profile, and each of many a message that came before, with all that hangs on it."""
    for start in range(0, users, 1000):
        numbers = range(start, min(start + 1000, users))
        past = random.sample(range(users), len(numbers)) if users > USERS else ()
        profiles = [ProfileWrite(environment_id, f"u:user{number}", _profile(number), 1) for number in numbers]
        before = [_message(environment_id, start + at, start + 1, number) for at, number in enumerate(past)]
        await _apply(installation, Effects(profiles=profiles, messages=before), 1)
    which = (messages.c.environment_id, messages.c.user_key, messages.c.id)
    async with installation.database.write() as connection:
        for table, rest in (
            (attempts, {"number": 1, "channel": "email", "provider": "smtp", "started": 1}),
            (data_log, {"ordinal": 1, "type": "SENT", "ts": 1, "fields": b"{}" * 100}),
            (outputs, {"channel": "email", "content": b"x" * 2_000}),
        ):
            columns = ["environment_id", "user_key", "message_id", *rest]
            values = [literal(value, table.c[name].type).label(name) for name, value in rest.items()]
            await connection.execute(insert(table).from_select(columns, select(*which, *values)))
        await connection.execute(delete(due))


def _profile(number: int) -> bytes:
    return msgspec.json.encode({"email": f"user{number}@example.com", "given_name": f"User {number}"})


async def _apply(installation: Installation, effects: Effects, now: int) -> None:
    async with installation.inbound.transaction(0) as transaction:
        await transaction.profiles([(each.environment_id, each.user_key) for each in effects.profiles])
        offset = await transaction.offset()
        assert await transaction.apply(effects, after=offset, through=offset + 1, received_at=now)


async def _fill(installation: Installation, environment_id: int, round_number: int, users: int) -> None:
    now = installation.clock.now_ms()
    first = round_number * MESSAGES + 1
    for start in range(first, first + MESSAGES, 1000):
        whose = [random.randrange(users) for _ in range(1000)]
        fresh = [_message(environment_id, start + at, now, number) for at, number in enumerate(whose)]
        await _apply(installation, Effects(messages=fresh), now)


def _message(environment_id: int, at: int, now: int, number: int) -> Message:
    message_id = derived_id(now, at)
    return Message(
        environment_id=environment_id,
        id=message_id,
        user_key=f"u:user{number}",
        recipient=f"user{number}",
        enqueued=now,
        event="Segment-TrackEvent:Order",
        template_id="nt_bench",
        request_id=message_id,
        to={},
        data={"orderNumber": 12345678980 + at, "estimatedDelivery": "2026-12-01"},
        updated=now,
    )


async def _send_only(installation: Installation, sink: Sink) -> float:
    """Hand as many rendered messages to the same sink with no queue, no template and no record: the ceiling."""
    way, began = sink.way, time.perf_counter()
    for start in range(0, MESSAGES, 100):
        dispatches = (
            Dispatch(
                environment_id=1,
                message_id=f"{began}-{at}",
                recipient="u",
                channel=way.channel,
                content=sink.content,
                at=1,
                address=way.address,
            )
            for at in range(start, start + 100)
        )
        await asyncio.gather(*(installation.fleet.send(way, dispatch) for dispatch in dispatches))
    return MESSAGES / (time.perf_counter() - began)


async def _drain(outbound: OutboundStep) -> float:
    stop = asyncio.Event()
    began = time.perf_counter()
    running = asyncio.create_task(outbound.run(stop))
    while await outbound.queue.depth():
        await asyncio.sleep(0.1)
    took = time.perf_counter() - began
    stop.set()
    outbound.wakeup.wake("due")
    await running
    return MESSAGES / took


async def _drain_together(config: Config, workers: int) -> float:
    command = [sys.executable, __file__, "--drain", str(config.data), config.database_url, config.smtp_url]
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    processes = [await asyncio.create_subprocess_exec(*command, **pipes) for _ in range(workers)]
    for process in processes:
        await process.stdout.readline()  # it is ready
    began = time.perf_counter()
    for process in processes:
        process.stdin.write(b"\n")
    for process in processes:
        await process.stdout.readline()  # nothing is left
    took = time.perf_counter() - began
    await asyncio.gather(*(process.communicate() for process in processes))
    return MESSAGES / took


async def _drain_one(config: Config) -> None:
    async with open_installation(config) as installation:
        outbound = build_worker(installation).outbound
        print("ready", flush=True)
        sys.stdin.readline()
        await _drain(outbound)
        print("done", flush=True)


if __name__ == "__main__":
    sys.setswitchinterval(SWITCH_S)  # as the worker has it
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="state and stream in PostgreSQL")
    parser.add_argument("--workers", type=int, help="so many processes send; without it, one and then two")
    parser.add_argument("--users", type=int, default=USERS, help="so many get messages")
    parser.add_argument("--drain", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drain:
        uvloop.run(_drain_one(_config(Path(given.drain[0]), *given.drain[1:])))
    else:
        for workers in (given.workers,) if given.workers else (1, 2):
            show(uvloop.run(measure(postgres=given.postgres, workers=workers, users=given.users)), "Sending messages")
