"""Microsoft Teams against a local service that behaves as documented."""

from tidings.messages import Sent, Undeliverable
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of, provider_at


class TestMsTeams(SilentProviderCases):
    """What is true of every provider is true of Microsoft Teams."""

    key = "msteams"
    asks_before_sending = 1

    async def test_reaching_a_person(self, provider, service):
        """A conversation is opened with a person, and the login serves both requests."""
        address = '{"tenant_id":"t","user_id":"29:ann"}'
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        asked = [request.path.rpartition("/")[2] for request in service.received]
        assert asked == ["token", "conversations", "activities"]

    async def test_a_webhook_of_workflows(self, provider, service):
        """A webhook needs no login."""
        address = f'{{"url":"{service.url}/workflows/1"}}'
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        assert len(service.received) == 1

    async def test_the_token_goes_to_microsoft_alone(self, service):
        """A profile cannot name a service of its own to be sent the bot's token."""
        provider = provider_at(self.key, service)
        provider.settings = type(provider.settings)(app_id="x", app_password="y")
        provider._token, provider._token_ends_s = "secret", float("inf")
        address = '{"conversation_id":"19:a","service_url":"https://smba.trafficmanager.net.evil.example"}'
        outcome = await provider.send(dispatch_of(self.key, address=address))
        assert isinstance(outcome, Undeliverable)
        assert "none of Microsoft" in outcome.detail
        assert not service.received
        await provider.close()
