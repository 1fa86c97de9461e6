"""a webhook against a local service that behaves as documented."""

import pytest

from tidings.messages import Sent, Undeliverable
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of, provider_at


class TestWebhookOut(SilentProviderCases):
    """What is true of every provider is true of a webhook."""

    key = "webhook"
    needs_no_words = True

    async def test_a_check_says_what_is_wrong(self, broken):
        """There is nobody to ask without sending, and that is what a check says."""
        check = await broken.check()
        assert "cannot be asked" in check.detail

    async def test_a_profiles_own_url(self, provider, service):
        """A profile may name URL, method, headers and login; the settings' login stays at home."""
        address = (
            f'{{"url":"{service.url}/own","method":"put","headers":{{"X-A":"1","Host":"evil"}},'
            '"authentication":{"mode":"bearer","token":"t"}}'
        )
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        request = service.received[0]
        assert (request.method, request.path, request.headers["x-a"]) == ("PUT", "/own", "1")
        assert request.headers["authorization"] == "Bearer t"
        assert request.headers["host"].startswith("127.0.0.1")

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:9/",
            "http://localhost:9/",
            "http://[::1]:9/",
            "http://[::ffff:127.0.0.1]:9/",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://2130706433/",
        ],
    )
    async def test_urls_into_private_networks(self, service, url):
        """Nobody outside can make us call into the operator's own network, however the address is written."""
        provider = provider_at(self.key, service)
        provider._client._guard.allows_private = False
        outcome = await provider.send(dispatch_of(self.key, address=f'{{"url":"{url}"}}'))
        assert isinstance(outcome, Undeliverable)
        assert "private network" in outcome.detail
        await provider.close()

    @pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/passwd", "http://", "x", "http://a b/"])
    async def test_urls_that_are_none(self, provider, url):
        """What is no http or https URL is refused, and not repeated."""
        outcome = await provider.send(dispatch_of(self.key, address=f'{{"url":"{url}"}}'))
        assert isinstance(outcome, Undeliverable)
        assert url not in outcome.detail
