"""How fast the outbound step hands emails of one template to an SMTP server (Postfix's smtp-sink)."""

import asyncio
import tempfile
import time
from pathlib import Path

import uvloop
from report import Row, median, show
from sink import smtp_sink

from tidings.app.installation import Installation, open_installation
from tidings.app.worker import build_worker
from tidings.channels import Dispatch, EmailContent, Way
from tidings.config import Config
from tidings.effects import Effects
from tidings.event_maps import EventMap
from tidings.ids import derived_id
from tidings.messages import Message
from tidings.pipeline.outbound import OutboundStep
from tidings.templates import TemplateVersion

MESSAGES = 6_000
ROUNDS = 3
BUDGET = 3_000
ELEMENTS = [
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


async def measure() -> list[Row]:
    """Measure messages per second in some rounds."""
    with tempfile.TemporaryDirectory() as folder, smtp_sink() as port:
        config = Config(data=Path(folder) / "data", smtp_url=f"smtp://127.0.0.1:{port}", log_level="warning")
        async with open_installation(config) as installation:
            environment = installation.environments[0]
            await _design(installation, environment.id)
            figures = []
            for number in range(ROUNDS):
                await _fill(installation, environment.id, number)
                figures.append(await _drain(build_worker(installation).outbound))
            ceilings = [await _send_only(installation) for _ in range(ROUNDS)]
    name = "outbound, one email template, to smtp-sink"
    return [median(name, "messages/s", BUDGET, figures, ceilings=ceilings)]


async def _design(installation: Installation, environment_id: int) -> None:
    draft = TemplateVersion(
        template_id="nt_bench", version=0, name="Order", content={"version": "2022-01-01", "elements": ELEMENTS}
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


async def _send_only(installation: Installation) -> float:
    """Hand as many rendered mails to the same server with no queue, no template and no record: the ceiling."""
    way = Way("email", "smtp", "", "user@example.com")
    content = EmailContent(to=way.address, subject="Order", html="<p>" + "x" * 6000 + "</p>", text="Order")
    began = time.perf_counter()
    for start in range(0, MESSAGES, 100):
        mails = (
            Dispatch(environment_id=1, message_id=f"m{at}", recipient="u", channel="email", content=content, at=1)
            for at in range(start, start + 100)
        )
        await asyncio.gather(*(installation.fleet.send(way, mail) for mail in mails))
    return MESSAGES / (time.perf_counter() - began)


async def _drain(outbound: OutboundStep) -> float:
    stop = asyncio.Event()
    began = time.perf_counter()
    running = asyncio.create_task(outbound.run(stop))
    while await outbound.queue.depth():
        await asyncio.sleep(0.02)
    took = time.perf_counter() - began
    stop.set()
    outbound.wakeup.wake("due")
    await running
    return MESSAGES / took


if __name__ == "__main__":
    show(uvloop.run(measure()), "Sending messages")
