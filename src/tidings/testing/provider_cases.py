"""What is true of every provider: inherit from `ProviderCases`, lend it two providers, and run it with pytest."""
# ruff: noqa: S101 - a suite speaks in assertions

from collections.abc import Sequence
from typing import Any

import structlog

from tidings.channels import Dispatch
from tidings.messages import RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Provider


class ProviderCases:
    """The cases. A subclass defines the fixtures below.

    `provider` works; `broken` cannot reach its service or log in; `message` is something to send; `private` is all
    that may not be told: addresses, words of the content, secrets of the settings.
    """

    async def test_a_message_is_sent(self, provider: Provider, message: Dispatch) -> None:
        """A message that nothing is wrong with is taken."""
        assert isinstance(await provider.send(message), Sent)

    async def test_sending_after_a_failure(self, broken: Provider, message: Dispatch) -> None:
        """A failure to reach the service is an outcome that promises nothing was sent, not an exception."""
        assert isinstance(await broken.send(message), RetryLater | Undeliverable)

    async def test_failures_tell_nothing_private(
        self, broken: Provider, message: Dispatch, private: Sequence[str]
    ) -> None:
        """What a failure says, and what is logged of it, holds no address, no content and no secret."""
        with structlog.testing.capture_logs() as logs:
            said: list[Any] = [await broken.send(message), await broken.check(), broken, logs]
        assert not [word for word in private if word in repr(said)]

    async def test_a_check_says_that_it_works(self, provider: Provider) -> None:
        """A provider that would take a message says so, sending none."""
        check = await provider.check()
        assert check.ok, check.detail

    async def test_a_check_says_what_is_wrong(self, broken: Provider) -> None:
        """A provider that would not take one says in words why."""
        check = await broken.check()
        assert not check.ok
        assert check.detail

    async def test_closing(self, provider: Provider, message: Dispatch) -> None:
        """Closing twice is safe, and nothing is half-sent afterwards."""
        await provider.close()
        await provider.close()
        assert not isinstance(await provider.send(message), Unknown)

    def test_it_introduces_itself(self, provider: Provider) -> None:
        """Its key is what the wire calls it, and it has words for people."""
        assert provider.key == provider.key.lower().strip()
        assert provider.name
        assert provider.description.endswith(".")
        assert provider.channel
