"""How fast the outbound step hands messages of one template to an SMTP server, to an HTTP server, and to the outbox.

python benchmarks/outbound.py [--postgres] [--workers 2]
"""

import argparse
import asyncio
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

from tidings.app.installation import Installation, open_installation
from tidings.app.worker import build_worker
from tidings.channels import ChannelContent, Dispatch, EmailContent, Way, WebhookContent
from tidings.cli.processes import SWITCH_S
from tidings.config import Config
from tidings.effects import Effects
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


async def measure(*, postgres: bool = False, workers: int = 1) -> list[Row]:
    """Measure messages per second in some rounds, into each sink; more than one worker are processes of their own."""
    with smtp_sink() as smtp, http_sink() as http:
        url, webhook = f"http://127.0.0.1:{http}/", Way("webhook", "webhook", "pc", "")
        emails, outbox = Way("email", "smtp", "", EMAIL.to), Way("email", "outbox", "", EMAIL.to)
        return [
            await _to(sink, postgres=postgres, workers=workers)
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


async def _to(sink: Sink, *, postgres: bool, workers: int) -> Row:
    with _place(postgres=postgres) as (data, database_url):
        config = _config(data, database_url, sink.smtp_url)
        async with open_installation(config) as installation:
            environment = installation.environments[0]
            await _design(installation, environment.id, sink.way.channel)
            if sink.http_url:
                await installation.provider_configs.put(_webhook(environment.id, sink.http_url))
            figures, ceilings = [], []
            for number in range(ROUNDS):
                await _fill(installation, environment.id, number)
                if workers == 1:
                    figures.append(await _drain(build_worker(installation).outbound))
                else:
                    figures.append(await _drain_together(config, workers))
                ceilings.append(await _send_only(installation, sink))
    name = f"outbound, one template, {sink.name}" + (f", {workers} workers" if workers > 1 else "")
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
    for number in range(100):
        await installation.profiles.change(
            environment_id,
            f"u:user{number}",
            lambda _, n=number: {"email": f"user{n}@example.com", "given_name": f"User {n}"},
            now=1,
        )


async def _fill(installation: Installation, environment_id: int, round_number: int) -> None:
    now = installation.clock.now_ms()
    first = round_number * MESSAGES + 1
    for start in range(first, first + MESSAGES, 1000):
        messages = [_message(environment_id, at, now) for at in range(start, start + 1000)]
        async with installation.inbound.transaction(0) as transaction:
            offset = await transaction.offset()
            effects = Effects(messages=messages)
            assert await transaction.apply(effects, after=offset, through=offset + 1, received_at=now)


def _message(environment_id: int, at: int, now: int) -> Message:
    message_id = derived_id(now, at)
    return Message(
        environment_id=environment_id,
        id=message_id,
        user_key=f"u:user{at % 100}",
        recipient=f"user{at % 100}",
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
    parser.add_argument("--drain", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drain:
        uvloop.run(_drain_one(_config(Path(given.drain[0]), *given.drain[1:])))
    else:
        for workers in (given.workers,) if given.workers else (1, 2):
            show(uvloop.run(measure(postgres=given.postgres, workers=workers)), "Sending messages")
