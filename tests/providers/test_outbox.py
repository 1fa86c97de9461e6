"""The outbox keeps what would have been sent."""

import pytest

from tidings.messages import RetryLater, Sent
from tidings.providers.outbox import Outbox
from tidings.testing.provider_cases import ProviderCases


class TestOutbox(ProviderCases):
    """What is true of every provider is true of the outbox."""

    key = "outbox"

    @pytest.fixture
    def provider(self, outbox):
        """An outbox that can keep."""
        return outbox

    @pytest.fixture
    def broken(self, outbox, outbox_store):
        """An outbox whose storage is away."""
        outbox_store.fail = True
        return outbox

    @pytest.fixture
    def message(self, dispatch):
        """A mail to somebody."""
        return dispatch(subject="Your diagnosis", text="is private")

    @pytest.fixture
    def private(self):
        """Nothing of these may be told."""
        return ["ann.smith", "diagnosis", "is private"]


@pytest.fixture
def outbox(outbox_store):
    """An outbox over an empty store."""
    return Outbox(outbox_store)


async def test_a_message_is_kept_whole(outbox, outbox_store, dispatch):
    """What is kept is the content as it would have been sent."""
    assert isinstance(await outbox.send(dispatch(subject="Hi")), Sent)
    (item,) = await outbox_store.get(1, dispatch().message_id)
    assert (item.channel, item.recipient, item.at) == ("email", "ann.smith@example.com", dispatch().at)
    assert item.content["subject"] == "Hi"
    assert item.content["to"] == "ann.smith@example.com"


async def test_sending_twice_keeps_one(outbox, outbox_store, dispatch):
    """A message sent again after a crash is kept once, and both times counts as sent."""
    assert isinstance(await outbox.send(dispatch(subject="first")), Sent)
    assert isinstance(await outbox.send(dispatch(subject="second")), Sent)
    (item,) = (await outbox_store.page(1, limit=10, cursor=None)).items
    assert item.content["subject"] == "first"


async def test_storage_that_is_away(outbox, outbox_store, dispatch):
    """When nothing can be kept the message waits: keeping is idempotent, so that is always safe."""
    outbox_store.fail = True
    assert isinstance(await outbox.send(dispatch()), RetryLater)


async def test_it_is_always_there(outbox):
    """There is nothing to log in to, and nothing to close."""
    assert (await outbox.check()).ok
    await outbox.close()
