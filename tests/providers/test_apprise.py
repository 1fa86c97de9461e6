"""Apprise against a local service that takes any message."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from tidings.channels import ChatContent, Dispatch
from tidings.messages import RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.apprise_long_tail import AppriseProvider, AppriseSettings
from tidings.providers.base import Account
from tidings.testing.chat_services import NotesService
from tidings.testing.http_service import HttpMood
from tidings.testing.provider_cases import ProviderCases

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:")  # of services that Apprise loads with the others
SECRET = "apprise-token-0123456789"


def url_of(service) -> str:
    """Write the service's address as Apprise does."""
    return f"json://user:{SECRET}@127.0.0.1:{service.port}/notes"


class TestApprise(ProviderCases):
    """What is true of every provider is true of Apprise."""

    key = "apprise"

    @pytest.fixture
    async def service(self) -> AsyncIterator[NotesService]:
        """A service of the long tail."""
        async with NotesService() as running:
            yield running

    @pytest.fixture
    async def provider(self, service):
        """An account at it."""
        provider = AppriseProvider(AppriseSettings(urls=url_of(service), timeout_s=5), Account(private_urls=True))
        yield provider
        await provider.close()

    @pytest.fixture
    async def broken(self):
        """An account at a service that Apprise does not know."""
        provider = AppriseProvider(AppriseSettings(urls=f"pigeon://{SECRET}"), Account(private_urls=True))
        yield provider
        await provider.close()

    @pytest.fixture
    def message(self):
        """Something to send."""
        return Dispatch(
            environment_id=1,
            message_id="1-1",
            recipient="ann",
            channel="direct_message",
            content=ChatContent(to="", title="Your diagnosis", text="is private"),
            at=1,
            address="settings",
        )

    @pytest.fixture
    def private(self):
        """Nothing of these may be told."""
        return ["diagnosis", "is private", SECRET]

    async def test_what_it_sends(self, provider, service, message):
        """Title and text reach the service, once."""
        assert isinstance(await provider.send(message), Sent)
        (request,) = service.received
        assert (request.json["title"], request.json["message"]) == ("Your diagnosis", "is private")

    @pytest.mark.parametrize("mood", [HttpMood.OUTAGE, HttpMood.RATE_LIMIT, HttpMood.RESET_AFTER])
    async def test_a_no_of_which_nothing_is_known(self, provider, service, message, mood):
        """Apprise says no without a reason: whether it was sent nobody knows, so it is not repeated."""
        service.mood = mood
        assert isinstance(await provider.send(message), Unknown)

    async def test_a_service_that_hangs(self, service, message):
        """A hanging service holds a thread and not the others; the time is bounded."""
        settings = AppriseSettings(urls=url_of(service), timeout_s=0.3)
        provider = AppriseProvider(settings, Account(private_urls=True))
        service.mood = HttpMood.HANG
        assert isinstance(await provider.send(message), Unknown)
        await service.stop()
        await provider.close()

    async def test_too_many_at_once(self, provider, message):
        """What finds no thread free is told to come back; nothing was sent."""
        provider._waiting = 64
        assert isinstance(await provider.send(message), RetryLater)

    async def test_content_of_another_channel(self, provider, message):
        """What is no chat message is refused."""
        other = msgspec.structs.replace(message, content=None)
        assert isinstance(await provider.send(other), Undeliverable)

    async def test_a_private_network(self, service, message):
        """Its URLs may not lead into the operator's own network either."""
        provider = AppriseProvider(AppriseSettings(urls=url_of(service)), Account())
        outcome = await provider.send(message)
        assert isinstance(outcome, Undeliverable)
        assert "private network" in outcome.detail
        assert not (await provider.check()).ok
        await provider.close()
