"""Slack against a local service that behaves as documented."""

import pytest

from tidings.messages import Reason, RetryLater, Sent, Undeliverable
from tidings.testing.http_service import HttpMood
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of


class TestSlack(SilentProviderCases):
    """What is true of every provider is true of Slack."""

    key = "slack"

    @pytest.mark.parametrize(
        ("address", "asked"),
        [
            ('{"user_id":"U1"}', ["/conversations.open", "/chat.postMessage"]),
            ('{"email":"ann@example.com"}', ["/users.lookupByEmail", "/conversations.open", "/chat.postMessage"]),
        ],
    )
    async def test_reaching_a_person(self, provider, service, address, asked):
        """A person is found by id or email, and written to in their own conversation."""
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        assert [request.path for request in service.received] == asked

    async def test_an_incoming_webhook(self, provider, service):
        """A webhook needs no token, and one that was removed is dead."""
        address = f'{{"url":"{service.url}/services/T1/B1/x"}}'
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        gone = f'{{"url":"{service.url}/services/gone"}}'
        outcome = await provider.send(dispatch_of(self.key, address=gone))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.BOUNCED

    async def test_an_email_that_nobody_has(self, provider, service):
        """Somebody who is not in the workspace bounced; nothing was posted."""
        outcome = await provider.send(dispatch_of(self.key, address='{"email":"gone@example.com"}'))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.BOUNCED
        assert not service.counted

    @pytest.mark.parametrize("mood", [HttpMood.GATEWAY_TIMEOUT, HttpMood.RESET_AFTER, HttpMood.RATE_LIMIT])
    async def test_a_look_up_that_may_not_be_now(self, provider, service, mood):
        """A look-up sends nothing: whatever becomes of it, it is made again."""
        service.script(mood)
        ann = dispatch_of(self.key, address='{"email":"ann@example.com"}')
        assert isinstance(await provider.send(ann), RetryLater)
        assert isinstance(await provider.send(ann), Sent)
