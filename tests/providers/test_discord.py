"""Discord against a local service that behaves as documented."""

from tidings.messages import Sent
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of


class TestDiscord(SilentProviderCases):
    """What is true of every provider is true of Discord."""

    key = "discord"

    async def test_reaching_a_person(self, provider, service):
        """A conversation is opened with a person, who is written to there."""
        assert isinstance(await provider.send(dispatch_of(self.key, address='{"user_id":"7"}')), Sent)
        assert next(request.path for request in service.received) == "/users/@me/channels"

    async def test_nobody_is_called_by_mistake(self, provider, service):
        """What stands in a message calls nobody: mentions in it are only words."""
        await provider.send(dispatch_of(self.key))
        assert service.received[0].json["allowed_mentions"] == {"parse": []}
