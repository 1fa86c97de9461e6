"""What any store of how accounts are doing must do."""

import pytest

from tidings.backends.sql.provider_health_store import SqlProviderHealthStore
from tidings.provider_configs import MINUTE_MS, WINDOW_MINUTES, Minute, Sighting

NOW = 1_000 * MINUTE_MS


@pytest.fixture
def doing(database):
    """A store on an empty database."""
    return SqlProviderHealthStore(database)


def sighting(config_id="pc_1", environment_id=1, sent=1, **fields):
    """What a worker saw in the last minute."""
    minutes = {999: Minute(sent=sent, took={10: sent})}
    return Sighting(environment_id=environment_id, config_id=config_id, minutes=minutes, **fields)


async def test_what_workers_see_is_put_together(doing):
    """A worker's newer word replaces its older one; another environment sees nothing of it."""
    await doing.note("w1", [sighting(sent=5), sighting("pc_2", parked_until=NOW + 1)], now=NOW)
    await doing.note("w1", [sighting(sent=7)], now=NOW)
    await doing.note("w2", [sighting(sent=1), sighting(environment_id=2)], now=NOW)

    found = await doing.read(1, now=NOW)

    assert (found["pc_1"].sent, found["pc_2"].circuit) == (8, "parked")
    assert list(await doing.read(2, now=NOW)) == ["pc_1"]
    await doing.note("w1", [], now=NOW)


async def test_what_is_old_is_no_news(doing):
    """Workers that are no more count no longer than the window, and are forgotten in the end."""
    await doing.note("w1", [sighting()], now=NOW)
    later = NOW + WINDOW_MINUTES * MINUTE_MS
    assert await doing.read(1, now=later) == {}
    await doing.forget(before=NOW)
    assert list(await doing.read(1, now=NOW)) == ["pc_1"]
    await doing.forget(before=NOW + 1)
    assert await doing.read(1, now=NOW) == {}
