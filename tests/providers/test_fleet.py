"""The accounts an environment may use, and handing messages to them."""

import asyncio

import msgspec
import pytest

from tidings.channels import Available, Way
from tidings.errors import ConfigurationError, Unavailable
from tidings.messages import Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.provider_configs import ProviderConfig
from tidings.providers.base import Account
from tidings.providers.fleet import Fleet
from tidings.providers.smtp import Smtp
from tidings.testing import Mood, SmtpServer
from tidings.workspaces import Environment

LIVE = Environment(1, 1, "production", "live")
TEST = Environment(2, 1, "test", "simulated")
OUTBOX = Available("outbox", "", "email", stands_in=True, repeatable_s=86_400)
BY_URL = Available("smtp", "", "email")


class Held:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000_000

    def now_ms(self) -> int:
        """Tell the time."""
        return self.at


@pytest.fixture
def clock():
    """A clock to hold."""
    return Held()


@pytest.fixture
async def fleet_with(provider_configs, outbox_store, clock):
    """Make fleets; they are closed at the end."""
    made = []

    def make(smtp_url=""):
        email_from = "shop@shop.test"
        fleet = Fleet(
            configs=provider_configs,
            outbox=outbox_store,
            smtp_url=smtp_url,
            account=Account(email_from=email_from),
            clock=clock,
        )
        made.append(fleet)
        return fleet

    yield make
    for fleet in made:
        await fleet.close()


def config(server, config_id="cfg_a", *, created=1, **settings):
    """A stored account at a server."""
    return ProviderConfig(
        environment_id=1,
        id=config_id,
        provider="smtp",
        title="Mail",
        alias=None,
        settings={"host": "127.0.0.1", "port": server.port, **settings},
        created=created,
        updated=created,
    )


async def mails(fleet, environment=LIVE):
    """Tell what is available for email."""
    return tuple(way for way in await fleet.available(environment) if way.channel == "email")


def way_to(available):
    """Make a route's step of what is available."""
    return Way(available.channel, available.provider, available.config_id, "ann.smith@example.com")


async def test_nothing_configured_means_the_outbox(fleet_with, dispatch, outbox_store):
    """A fresh installation keeps its mails where they can be looked at."""
    fleet = fleet_with()
    assert await mails(fleet) == (OUTBOX,)
    assert isinstance(await fleet.send(way_to(OUTBOX), dispatch()), Sent)
    assert len(outbox_store.kept) == 1


async def test_the_outbox_stands_in(fleet_with, server):
    """What somebody serves the outbox leaves alone, and it takes every channel that nobody serves."""
    available = await fleet_with(server.url).available(LIVE)
    stand_ins = {way.channel for way in available if way.stands_in}
    assert stand_ins == {"sms", "push", "inbox", "direct_message", "webhook"}


async def test_the_order_to_try(fleet_with, provider_configs, server):
    """Stored accounts come first, oldest before newest, then the server of the settings, and then no outbox."""
    await provider_configs.put(config(server, "cfg_b", created=2))
    await provider_configs.put(config(server, "cfg_a", created=1))
    available = await mails(fleet_with(server.url), LIVE)
    assert available == (Available("smtp", "cfg_a", "email"), Available("smtp", "cfg_b", "email"), BY_URL)


async def test_a_simulated_environment_sends_nothing(fleet_with, provider_configs, server):
    """Where delivery is simulated there is the outbox alone, whatever is configured."""
    await provider_configs.put(msgspec.structs.replace(config(server), environment_id=2))
    assert await mails(fleet_with(server.url), TEST) == (OUTBOX,)


async def test_it_is_told_before_a_provider_hears_of_it(fleet_with, server, dispatch):
    """The outbox as it is asked, a mail server before the body: while none takes a mail, nothing was handed over."""
    told = []
    telling = msgspec.structs.replace(dispatch(), handing=lambda: told.append(len(server.counted)))
    await fleet_with().send(way_to(OUTBOX), telling)
    assert told == [0]
    fleet = fleet_with(server.url)
    server.mood = Mood.REFUSE_RECIPIENT
    assert isinstance(await fleet.send(way_to(BY_URL), telling), Undeliverable)
    assert told == [0]
    server.mood = Mood.OK
    assert isinstance(await fleet.send(way_to(BY_URL), telling), Sent)
    assert told == [0, 0]


async def test_what_may_not_be_handed_over_is_not(fleet_with, server, dispatch):
    """When it cannot be told, the mail's body stays here, and the next one goes out by another connection."""

    def refuse():
        raise OSError("read-only")

    fleet = fleet_with(server.url)
    silent = msgspec.structs.replace(dispatch(1), handing=refuse)
    assert isinstance(await fleet.send(way_to(BY_URL), silent), Unknown)
    assert isinstance(await fleet.send(way_to(BY_URL), dispatch(2)), Sent)
    assert list(server.counted.values()) == [1]


async def test_sending_by_a_stored_account(fleet_with, provider_configs, server, dispatch):
    """A stored account is started at its first message and kept."""
    await provider_configs.put(config(server))
    fleet = fleet_with()
    (available,) = await mails(fleet)
    outcomes = [await fleet.send(way_to(available), dispatch(number)) for number in (1, 2)]
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent]
    assert server.connections == 1


async def test_a_change_is_seen_within_a_second(fleet_with, provider_configs, server, dispatch, clock, until):  # noqa: PLR0917 - pytest gives by name
    """A changed account is used from the next second on, and what the old one had open is closed."""
    async with SmtpServer() as other:
        await provider_configs.put(config(server))
        fleet = fleet_with()
        (available,) = await mails(fleet)
        await fleet.send(way_to(available), dispatch(1))
        await provider_configs.put(config(other))
        clock.at += 1_000
        assert await mails(fleet) == (available,)
        await fleet.send(way_to(available), dispatch(2))
        assert (len(server.counted), len(other.counted)) == (1, 1)
        await until(lambda: server.connections_open == 0)


async def test_the_store_is_asked_once_a_second(fleet_with, provider_configs, server, clock):
    """Within a second nothing is read again."""
    fleet = fleet_with()
    await mails(fleet)
    await provider_configs.put(config(server))
    clock.at += 999
    assert await mails(fleet) == (OUTBOX,)
    clock.at += 1
    assert await mails(fleet) == (Available("smtp", "cfg_a", "email"),)


async def test_an_account_that_was_removed(fleet_with, provider_configs, server, dispatch, clock):
    """A message on its way to an account that is gone may go another way."""
    await provider_configs.put(config(server))
    fleet = fleet_with()
    (available,) = await mails(fleet)
    await provider_configs.delete(1, "cfg_a")
    clock.at += 1_000
    await mails(fleet)
    outcome = await fleet.send(way_to(available), dispatch())
    assert isinstance(outcome, Undeliverable)
    assert outcome.reason is Reason.PROVIDER_ERROR


@pytest.mark.parametrize("away", [False, True])
async def test_an_account_that_goes_while_a_message_changes_it(  # noqa: PLR0917 - pytest gives by name
    fleet_with, provider_configs, server, dispatch, clock, monkeypatch, away
):
    """Nothing was sent: so it may go another way, or waits while the account cannot be read. It is not unknown."""
    await provider_configs.put(config(server))
    fleet = fleet_with()
    (available,) = await mails(fleet)
    changed = msgspec.structs.replace(dispatch(2), override={"config": {"timeout_s": 5}})
    await fleet.send(way_to(available), dispatch(1))
    await provider_configs.delete(1, "cfg_a")
    outcomes, read, read_all = [], provider_configs.get, provider_configs.all

    async def unread(_environment_id):
        raise Unavailable("locked")

    async def meanwhile(*place):
        monkeypatch.setattr(provider_configs, "all", unread if away else read_all)
        outcomes.append(await fleet.send(way_to(available), changed))
        monkeypatch.setattr(provider_configs, "all", read_all)
        return await read(*place)

    monkeypatch.setattr(provider_configs, "get", meanwhile)
    clock.at += 1_000
    await mails(fleet)

    (outcome,) = outcomes
    assert isinstance(outcome, RetryLater if away else Undeliverable)
    assert away or "was removed" in outcome.detail
    assert len(server.counted) == 1


async def test_an_account_that_cannot_be_read_is_passed_over(fleet_with, provider_configs, server, logs):
    """Settings that no longer fit their provider, or a provider that is no more, do not stop the others."""
    await provider_configs.put(msgspec.structs.replace(config(server, "cfg_bad"), settings={"password": "hunter2"}))
    await provider_configs.put(msgspec.structs.replace(config(server, "cfg_old", created=2), provider="pigeon"))
    await provider_configs.put(config(server, created=3))
    assert await mails(fleet_with(), LIVE) == (Available("smtp", "cfg_a", "email"),)
    assert [entry["provider_config_id"] for entry in logs] == ["cfg_bad", "cfg_old"]
    assert "hunter2" not in repr(logs)


async def test_another_environments_account_is_not_reachable(fleet_with, provider_configs, server, dispatch):
    """An id of another environment's account opens nothing."""
    await provider_configs.put(config(server))
    elsewhere = msgspec.structs.replace(dispatch(), environment_id=3)
    outcome = await fleet_with().send(Way("email", "smtp", "cfg_a", "ann.smith@example.com"), elsewhere)
    assert isinstance(outcome, Undeliverable)
    assert not server.counted


async def test_storage_that_is_away_changes_nothing(fleet_with, provider_configs, server, dispatch, clock, monkeypatch):  # noqa: PLR0917 - pytest gives by name
    """While the store cannot be asked, what was known still holds and mail still goes out."""
    await provider_configs.put(config(server))
    fleet = fleet_with()
    (available,) = await mails(fleet)

    async def away():
        raise Unavailable("locked")

    monkeypatch.setattr(provider_configs, "version", away)
    clock.at += 1_000
    assert await mails(fleet) == (available,)
    assert isinstance(await fleet.send(way_to(available), dispatch()), Sent)


async def test_an_account_unread_is_waited_for(fleet_with, provider_configs, dispatch, monkeypatch):
    """A message whose account cannot be read at the moment waits."""

    async def away(_environment_id):
        raise Unavailable("locked")

    monkeypatch.setattr(provider_configs, "all", away)
    outcome = await fleet_with().send(Way("email", "smtp", "cfg_a", "ann.smith@example.com"), dispatch())
    assert isinstance(outcome, RetryLater)


async def test_the_unforeseen_is_unknown(fleet_with, server, dispatch, logs, monkeypatch):
    """An exception nobody expected may have come after sending: it is not repeated, and its text is not logged."""

    async def fail(_smtp, dispatch):
        raise KeyError(dispatch.content.to)

    monkeypatch.setattr(Smtp, "send", fail)
    outcome = await fleet_with(server.url).send(way_to(BY_URL), dispatch())
    assert isinstance(outcome, Unknown)
    assert [entry["event"] for entry in logs] == ["provider.failed"]
    assert "in fail" in logs[0]["traceback"]
    assert "ann.smith" not in repr((outcome, logs))


async def test_many_at_once_start_one_account(fleet_with, provider_configs, server, dispatch):
    """Messages that come together share one account and its connections."""
    await provider_configs.put(config(server, connections_max=2))
    fleet = fleet_with()
    way = Way("email", "smtp", "cfg_a", "ann.smith@example.com")
    outcomes = await asyncio.gather(*(fleet.send(way, dispatch(number)) for number in range(30)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert server.connections == 2


async def test_checking_everything(fleet_with, provider_configs, server):
    """Each account is asked once whether it works, and says why not."""
    await provider_configs.put(config(server))
    fleet = fleet_with("smtp://127.0.0.1:1?timeout=1")
    checks = await fleet.check(LIVE)
    assert [(available.config_id, check.ok) for available, check in checks] == [
        ("cfg_a", True),
        ("", False),
        ("", True),
    ]


def test_a_wrong_url_stops_the_start(fleet_with):
    """A setting that cannot be read is found when the process starts, not at the first mail."""
    with pytest.raises(ConfigurationError):
        fleet_with("gopher://mail")


async def test_an_account_that_is_switched_off_is_not_there(fleet_with, provider_configs, server):
    """Others of its channel are asked, and the outbox stands in when there is none."""
    off = msgspec.structs.replace(config(server), enabled=False)
    await provider_configs.put(off)
    assert await mails(fleet_with()) == (OUTBOX,)
    assert await mails(fleet_with(server.url)) == (BY_URL,)


async def test_accounts_are_tried_as_they_were_arranged(fleet_with, provider_configs, server, dispatch, clock):
    """A new order is seen within a second, and closes no connection."""
    await provider_configs.put(config(server, "cfg_a", created=1))
    await provider_configs.put(config(server, "cfg_b", created=2))
    fleet = fleet_with()
    await fleet.send(way_to((await mails(fleet))[0]), dispatch(1))
    await provider_configs.arrange(1, ["cfg_b"])
    clock.at += 1_000
    assert [way.config_id for way in await mails(fleet)] == ["cfg_b", "cfg_a"]
    await fleet.send(way_to((await mails(fleet))[1]), dispatch(2))
    assert server.connections == 1


async def test_what_was_seen_of_an_account_is_told_once(fleet_with, provider_configs, server, dispatch):
    """Counts, times and the newest refusal of its own; nothing while there is no news."""
    await provider_configs.put(config(server))
    fleet = fleet_with()
    assert fleet.sightings() == []
    (available,) = await mails(fleet)
    await fleet.send(way_to(available), dispatch(1))
    (seen,) = fleet.sightings()
    (minute,) = seen.minutes.values()
    assert (seen.environment_id, seen.config_id, minute.sent, sum(minute.took.values())) == (1, "cfg_a", 1, 1)
    assert (seen.parked_until, seen.last_error) == (None, "")
    assert fleet.sightings() == []
