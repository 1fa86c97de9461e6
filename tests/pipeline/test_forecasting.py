from typing import Any

import pytest

from tidings.backends.sql.retention_store import SqlRetentionStore
from tidings.errors import InvalidInput
from tidings.suppressions import Suppression

EVENT = "Segment-TrackEvent:Order"
DAY_MS = 86_400_000


@pytest.fixture
async def template(house: Any, email_elements: Any) -> str:
    """A published template, to which another event is mapped."""
    return await house.map("Another", email_elements())


async def tracked(house: Any, *users: str, event: str = "Order") -> None:
    """Let these users do it, once each."""
    await house.append(*({"type": "track", "userId": user, "event": event, "properties": {}} for user in users))
    while await house.inbound().run_once(0):
        pass


async def know(house: Any, user_id: str, **profile: Any) -> None:
    """Let there be a profile."""
    await house.profiles.change(1, f"u:{user_id}", lambda _: profile, now=house.clock.at)


async def suppress(house: Any, **fields: Any) -> None:
    """Put somebody on the suppression list."""
    await house.suppressions.add([Suppression(environment_id=1, created=1, **fields)])


async def test_what_would_have_been_sent_is_counted(house: Any, template: str) -> None:
    """Every call of the event counts, and for the newest of each user it is asked what would become of it."""
    await know(house, "ann", email="ann@example.com")
    await tracked(house, "ann", "ann", "bob")
    await tracked(house, "ann", event="Other")

    forecast = await house.forecaster().mapping(1, EVENT, template, days=7)

    assert (forecast.calls, forecast.is_all, forecast.users, forecast.users_are_all) == (3, True, 2, True)
    assert forecast.is_published
    assert forecast.counted_from == forecast.since
    assert (forecast.sample.users, forecast.sample.would_send) == (2, 1)
    (refused,) = forecast.sample.refused
    assert (refused.status, refused.reason, refused.users) == ("UNROUTABLE", "NO_CHANNELS", 1)
    assert "email" in refused.why


async def test_nothing_is_done(house: Any, template: str) -> None:
    """Asking what would be sent sends nothing, and leaves no message."""
    await tracked(house, "ann")
    before = await house.queue.depth()

    await house.forecaster().mapping(1, EVENT, template, days=7)

    assert await house.queue.depth() == before


async def test_older_calls_are_not_asked_for(house: Any, template: str) -> None:
    """A period is its days."""
    await tracked(house, "ann")
    house.clock.at += 2 * DAY_MS
    await tracked(house, "bob")

    assert (await house.forecaster().mapping(1, EVENT, template, days=1)).calls == 1
    assert (await house.forecaster().mapping(1, EVENT, template, days=3)).calls == 2


async def test_an_unpublished_template_sends_nothing(house: Any) -> None:
    """The calls are counted all the same: that many would come, once it is published."""
    await tracked(house, "ann")

    forecast = await house.forecaster().mapping(1, EVENT, "nt_none", days=7)

    assert (forecast.calls, forecast.is_published, forecast.sample) == (1, False, None)


async def test_what_the_log_forgot_is_said(house: Any, template: str) -> None:
    """Where calls are no longer kept, the answer is the least, and says from when on it counts."""
    await tracked(house, "ann")
    house.clock.at += 10 * DAY_MS
    await tracked(house, "bob")
    await SqlRetentionStore(house.database).forget_events(before=house.clock.at - DAY_MS)

    forecast = await house.forecaster().mapping(1, EVENT, template, days=20)

    assert (forecast.calls, forecast.archived, forecast.is_all) == (1, 0, False)
    assert forecast.since < forecast.counted_from <= house.clock.at - DAY_MS


async def test_what_the_log_forgot_is_counted_in_the_archive(house: Any, library: Any, template: str) -> None:
    """Where an archive is kept, older calls are counted there."""
    await tracked(house, "ann", "eve")
    await tracked(house, "ann", event="Other")
    await library.follow()
    house.clock.at += 10 * DAY_MS
    await tracked(house, "bob")
    await SqlRetentionStore(house.database).forget_events(before=house.clock.at - DAY_MS)

    forecast = await house.forecaster(library.archive).mapping(1, EVENT, template, days=20)

    assert (forecast.calls, forecast.archived, forecast.is_all, forecast.users_are_all) == (3, 2, True, False)


async def test_only_tracks_are_mapped(house: Any, template: str) -> None:
    """What is no track's event has no calls."""
    with pytest.raises(InvalidInput):
        await house.forecaster().mapping(1, "welcome", template, days=7)


async def test_by_which_channels_somebody_is_reached(house: Any) -> None:
    """Each channel is told with who serves it and where, or with what is in the way."""
    await know(house, "ann", email="ann@example.com")

    reach = {each.channel: each for each in await house.forecaster().channels(1, "ann")}

    assert (reach["email"].is_reachable, reach["email"].addresses) == (True, ("ann@example.com",))
    assert reach["email"].providers
    assert (reach["sms"].is_reachable, reach["sms"].obstacle) == (False, "no_address")
    assert "phone_number" in reach["sms"].why
    assert set(reach) == {"email", "sms", "push", "inbox", "direct_message", "webhook"}


async def test_who_is_suppressed_is_not_reached(house: Any) -> None:
    """One address that bounces closes its channel; a user who is on the list is reached by none."""
    await know(house, "ann", email="ann@example.com", phone_number="+15550001")
    await suppress(house, address="email:ann@example.com", kind="bounce")
    reach = {each.channel: each for each in await house.forecaster().channels(1, "ann")}
    assert (reach["email"].obstacle, reach["sms"].is_reachable) == ("kept_back", True)
    assert "came back" in reach["email"].why
    await suppress(house, address="user:ann", kind="manual")
    assert {each.obstacle for each in await house.forecaster().channels(1, "ann")} >= {"kept_back"}


async def test_nobody_knows_them(house: Any) -> None:
    """Of whom there is no profile can be reached where the user id is enough."""
    reach = {each.channel: each for each in await house.forecaster().channels(1, "nobody")}

    assert (reach["email"].obstacle, reach["inbox"].is_reachable) == ("no_address", True)
