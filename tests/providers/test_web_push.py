"""Web Push against a local service that behaves as documented."""

import pytest

from tidings.messages import Reason, Undeliverable
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of, provider_at


class TestWebPush(SilentProviderCases):
    """What is true of every provider is true of Web Push."""

    key = "web-push"
    needs_no_words = True

    @pytest.mark.parametrize("key", ["", "short", "!!!"])
    async def test_a_check_says_what_is_wrong(self, service, key):
        """There is nobody to log in at; a key that is none is found at once."""
        provider = provider_at(self.key, service, private_key=key or "AAAA")
        check = await provider.check()
        assert not check.ok
        assert "no P-256 key" in check.detail

    async def test_only_the_browser_can_read_it(self, provider, service):
        """What travels is encrypted; the browser opens it with its own key and finds the words."""
        await provider.send(dispatch_of(self.key, service=service))
        assert b"diagnosis" not in service.received[0].body
        assert service.opened_messages[0]["title"] == "Your diagnosis"
        assert service.opened_messages[0]["data"] == {"order": {"id": 1}}

    async def test_keys_of_no_browser(self, provider, service):
        """A subscription whose keys are none is dead."""
        address = f'{{"endpoint":"{service.url}/push/x","keys":{{"auth":"AAAA","p256dh":"AAAA"}}}}'
        outcome = await provider.send(dispatch_of(self.key, address=address))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.BOUNCED

    async def test_an_endpoint_in_a_private_network(self, service):
        """A subscription may not lead into the operator's own network."""
        provider = provider_at(self.key, service, base_url="")
        provider._client._guard.allows_private = False
        outcome = await provider.send(dispatch_of(self.key, service=service))
        assert isinstance(outcome, Undeliverable)
        assert "private network" in outcome.detail
        assert not service.received
        await provider.close()
