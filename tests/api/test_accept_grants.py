"""Keys in memory: what they open, and how changes arrive."""

import asyncio

import pytest

from tidings.api.grants import Grants
from tidings.clock import SystemClock
from tidings.errors import Unavailable
from tidings.workspaces import ApiKeyGrant, Environment, SourceGrant, hash_key


class Stores:
    """Both stores: one key each, until they are away or a key is revoked."""

    def __init__(self):
        self.api_keys = [ApiKeyGrant("k", hash_key("pk_one"), 1, 2, "production")]
        self.error = None

    async def grants(self):
        """List the API keys."""
        if self.error:
            raise self.error
        return self.api_keys

    async def environments(self):
        """List the one environment."""
        return [Environment(2, 1, "production", "live")]

    async def used(self, key_ids, *, at):
        """Note which keys were used."""
        assert key_ids == {"k"}
        assert at % 3_600_000 == 0


class SourceKeys:
    """One source."""

    async def grants(self):
        """List it."""
        return [SourceGrant(3, hash_key("wk_one"), 1, 2, enabled=True)]


class Bell:
    """Rings when the test says so, and tells when the loop has come round."""

    def __init__(self):
        self.rung = asyncio.Event()
        self.waits = asyncio.Semaphore(0)

    async def wait(self, topic, timeout_s):
        """Wait for the test."""
        assert (topic, timeout_s) == ("config", 5.0)
        self.waits.release()
        await self.rung.wait()
        self.rung.clear()
        return True

    async def ring(self):
        """Ring, and wait until the loop waits again."""
        self.rung.set()
        await self.waits.acquire()


@pytest.fixture
def stores():
    """The stores."""
    return Stores()


@pytest.fixture
def grants(stores):
    """What they grant."""
    return Grants(api_keys=stores, sources=SourceKeys())


async def test_keys_open_what_they_are_for(grants) -> None:
    """Each key is known by its hash, and only as what it is."""
    assert grants.api_key("pk_one") is None
    await grants.refresh()
    assert grants.api_key("pk_one").environment_id == 2
    assert grants.source("wk_one").source_id == 3
    assert [environment.name for environment in grants.environments()] == ["production"]
    for stranger in ("", "wk_one", "pk_onE", "x" * 10_000):
        assert grants.api_key(stranger) is None
    assert grants.source("pk_one") is None


@pytest.mark.parametrize("error", [Unavailable("locked"), RuntimeError("odd")])
async def test_changes_arrive_and_outages_pass(grants, stores, error) -> None:
    """A wake-up brings a revoked key to an end; while storage is away, what was known stays known."""
    bell = Bell()
    running = asyncio.create_task(grants.run(bell, SystemClock()))
    await bell.waits.acquire()
    await bell.ring()
    assert grants.api_key("pk_one")
    stores.error = error
    await bell.ring()
    assert grants.api_key("pk_one")
    stores.error, stores.api_keys = None, []
    await bell.ring()
    assert grants.api_key("pk_one") is None
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
