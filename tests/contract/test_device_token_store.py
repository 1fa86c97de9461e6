"""Devices of users."""

import pytest

from tidings.backends.sql.device_token_store import SqlDeviceTokenStore
from tidings.errors import NotFound, TooLarge
from tidings.profiles import DEVICES_MAX, DeviceToken

OURS, THEIRS = 1, 2


@pytest.fixture
def devices(database):
    """The devices of an empty database."""
    return SqlDeviceTokenStore(database)


def a_token(token, *, environment_id=OURS, user_id="ann", **changes):
    """A token of Ann's."""
    fields = {"service": "apn", "said": {"device": {"platform": "ios"}}, "created": 1, "updated": 1, **changes}
    return DeviceToken(environment_id=environment_id, user_id=user_id, token=token, **fields)


async def test_tokens_are_kept_and_forgotten(devices):
    """They come back as they were, oldest first; what is replaced keeps when it was made; others' stay."""
    first, second, theirs = a_token("b"), a_token("a", created=2), a_token("b", environment_id=THEIRS)
    await devices.put([first, second, theirs])
    assert await devices.all(OURS, "ann") == [first, second]
    again = a_token("b", service="expo", created=9, updated=9)
    await devices.put([again])
    kept = await devices.get(OURS, "ann", "b")
    assert (kept.service, kept.created, kept.updated) == ("expo", 1, 9)

    await devices.delete(OURS, "ann", "b")
    with pytest.raises(NotFound):
        await devices.get(OURS, "ann", "b")
    with pytest.raises(NotFound):
        await devices.delete(OURS, "ann", "b")
    assert await devices.all(THEIRS, "ann") == [theirs]


async def test_which_can_be_addressed(devices):
    """Those that are active and have not ended, by user; who has none is left out."""
    lives, ended, revoked = a_token("l", expires_at=11), a_token("e", expires_at=10), a_token("r", status="revoked")
    others = a_token("l", user_id="bob"), a_token("x", environment_id=THEIRS)
    await devices.put([lives, ended, revoked, *others])

    found = await devices.active([(OURS, "ann"), (OURS, "bob"), (OURS, "eve")], now=10)
    assert found == {(OURS, "ann"): [lives], (OURS, "bob"): [others[0]]}
    assert await devices.active([], now=10) == {}


async def test_a_token_that_is_gone(devices):
    """It is addressed no more, and says why; registered again it is active. One that is not there is no fault."""
    await devices.put([a_token("t")])
    await devices.fail(OURS, "ann", "t", why="unregistered", now=5)
    await devices.fail(OURS, "ann", "none", why="unregistered", now=5)
    assert await devices.active([(OURS, "ann")], now=5) == {}
    assert (await devices.get(OURS, "ann", "t")).status_reason == "unregistered"
    await devices.put([a_token("t", updated=6)])
    assert (await devices.get(OURS, "ann", "t")).status == "active"


async def test_a_user_has_so_many(devices):
    """One more is refused, and nothing of that is kept."""
    await devices.put([a_token(f"t{number}") for number in range(DEVICES_MAX)])
    with pytest.raises(TooLarge):
        await devices.put([a_token("one more")])
    await devices.put([a_token("t1", updated=3)])
    assert len(await devices.all(OURS, "ann")) == DEVICES_MAX
