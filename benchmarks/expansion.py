"""How fast a request to a list becomes messages, with a million-row queue growing beside it or not."""

import tempfile
import time
from pathlib import Path

import msgspec
import uvloop
from report import Row, median, show

from tidings.app.installation import Installation, open_installation
from tidings.config import Config
from tidings.effects import Effects
from tidings.ids import request_id
from tidings.lists import Subscription
from tidings.pipeline.expansion import ExpansionStep
from tidings.recipients import Expansion

USERS = 100_000
ROUNDS = 3
BUDGET = 50_000


async def measure() -> list[Row]:
    """Measure recipients per second in some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data=Path(folder) / "data", log_level="warning")
        async with open_installation(config) as installation:
            environment_id = installation.environments[0].id
            await _subscribe(installation, environment_id)
            figures = [await _expand(installation, environment_id, number) for number in range(ROUNDS)]
    return [median(f"expansion of a list of {USERS:,} users", "recipients/s", BUDGET, figures)]


async def _subscribe(installation: Installation, environment_id: int) -> None:
    for start in range(0, USERS, 10_000):
        users = [Subscription(list_id="all", user_id=f"user-{number:08}") for number in range(start, start + 10_000)]
        await installation.lists.subscribe(environment_id, users, replace=False, now=1)


async def _expand(installation: Installation, environment_id: int, number: int) -> float:
    now = installation.clock.now_ms()
    body = {"to": {"list_id": "all"}, "template": "nt_bench", "data": {"round": number}}
    wanted = Expansion(
        environment_id=environment_id,
        id=request_id(now),
        received_at=now,
        priority=1,
        body=msgspec.json.encode(body),
    )
    async with installation.inbound.transaction(0) as transaction:
        offset = await transaction.offset()
        await transaction.apply(Effects(expansions=[wanted]), after=offset, through=offset + 1, received_at=now)
    step = ExpansionStep(store=installation.expansions, clock=installation.clock, ahead_max=1_000_000_000)
    began, made = time.perf_counter(), 0
    while (more := await step.run_once()) is not None:
        made += more
    took = time.perf_counter() - began
    assert made == USERS
    return made / took


if __name__ == "__main__":
    show(uvloop.run(measure()))
