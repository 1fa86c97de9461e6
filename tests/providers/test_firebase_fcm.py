"""Firebase Cloud Messaging against a local service that behaves as documented."""

from tidings.messages import Sent
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of


class TestFirebaseFcm(SilentProviderCases):
    """What is true of every provider is true of Firebase Cloud Messaging."""

    key = "firebase-fcm"
    asks_before_sending = 1

    async def test_logging_in_once(self, provider, service):
        """A login is good for many messages, and one that is no longer taken is made again."""
        for number in (1, 2):
            assert isinstance(await provider.send(dispatch_of(self.key, number)), Sent)
        assert service.logins == 1
        service.forget_token()
        assert isinstance(await provider.send(dispatch_of(self.key, 3)), Sent)
        assert service.logins == 2
