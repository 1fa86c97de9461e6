"""What is true of every provider: inherit from `ProviderCases`, lend it two providers, and run it with pytest."""
# ruff: noqa: S101 - a suite speaks in assertions

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest
import structlog

from tidings.channels import Dispatch
from tidings.errors import NotAuthenticated, NotFound
from tidings.messages import Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Provider
from tidings.providers.webhook import Webhook
from tidings.testing.http_service import HttpMood, HttpService, ServiceAnswer
from tidings.testing.stands import RECEIPTS_URL, STANDS, dispatch_of, place, provider_at


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


class HttpProviderCases(ProviderCases):
    """What is true of every provider with an HTTP API. A subclass names its `key`; its stand is in `stands`."""

    key: str

    @pytest.fixture
    async def service(self) -> AsyncIterator[HttpService]:
        """The service on this machine."""
        async with STANDS[self.key].service() as running:
            yield running

    @pytest.fixture
    async def provider(self, service: HttpService) -> AsyncIterator[Provider]:
        """An account that the service knows."""
        provider = provider_at(self.key, service)
        yield provider
        await provider.close()

    @pytest.fixture
    async def broken(self, service: HttpService) -> AsyncIterator[Provider]:
        """An account that it does not know."""
        provider = provider_at(self.key, service, **STANDS[self.key].wrong)
        yield provider
        await provider.close()

    @pytest.fixture
    async def impatient(self, service: HttpService) -> AsyncIterator[Provider]:
        """An account that waits for a moment only."""
        provider = provider_at(self.key, service, timeout_s=0.4)
        yield provider
        await provider.close()

    @pytest.fixture
    def message(self, service: HttpService) -> Dispatch:
        """Something to send."""
        return dispatch_of(self.key, service=service)

    @pytest.fixture
    def private(self, service: HttpService) -> Sequence[str]:
        """Nothing of these may be told."""
        return [
            place(STANDS[self.key].address, service),
            "diagnosis",
            "is private",
            service.KEY,
            *map(str, STANDS[self.key].wrong.values()),
        ]

    async def test_it_goes_out_once(self, provider: Provider, service: HttpService) -> None:
        """Each message goes out once, and its outcome carries the service's own id for it where it gives one."""
        outcomes = [await provider.send(dispatch_of(self.key, number, service=service)) for number in range(1, 4)]
        assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes
        assert sum(service.counted.values()) == 3

    async def test_an_account_that_the_service_does_not_know(self, broken: Provider, message: Dispatch) -> None:
        """A wrong key is the configuration's fault: it is not tried for hours, and another provider may be."""
        outcome = await broken.send(message)
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.PROVIDER_ERROR

    async def test_an_address_that_is_dead(self, provider: Provider, service: HttpService) -> None:
        """An address that the service refuses for good ends the try; nothing went out and the address is not told."""
        stand = STANDS[self.key]
        if not stand.bounces:
            pytest.skip(f"{self.key} refuses no address at once")
        bounces = place(stand.bounces, service)
        outcome = await provider.send(dispatch_of(self.key, content=stand.bad or stand.content, address=bounces))
        assert isinstance(outcome, Undeliverable)
        assert bounces not in repr(outcome)
        assert not service.counted

    async def test_a_rate_limit(self, provider: Provider, service: HttpService, message: Dispatch) -> None:
        """A service that asks to wait is waited for, as long as it asks."""
        service.mood = HttpMood.RATE_LIMIT
        outcome = await provider.send(message)
        assert isinstance(outcome, RetryLater)
        assert outcome.after_s == 7

    @pytest.mark.parametrize("mood", [HttpMood.RATE_LIMIT_BARE, HttpMood.OUTAGE, HttpMood.BROKEN])
    async def test_a_service_that_cannot_now(
        self, provider: Provider, service: HttpService, message: Dispatch, mood: HttpMood
    ) -> None:
        """A service that says it could not take the message is asked again later, when we think best."""
        service.mood = mood
        outcome = await provider.send(message)
        assert isinstance(outcome, RetryLater)
        assert outcome.after_s is None
        assert not service.counted

    @pytest.mark.parametrize(
        "mood",
        [
            HttpMood.RESET_AFTER,
            HttpMood.PARTIAL,
            HttpMood.NO_HTTP,
            HttpMood.GARBAGE,
            HttpMood.GATEWAY_TIMEOUT,
            HttpMood.HANG,
        ],
    )
    async def test_nobody_knows(
        self, impatient: Provider, service: HttpService, message: Dispatch, mood: HttpMood
    ) -> None:
        """Where the message may have gone out, that is what is said; nothing is guessed."""
        service.script(*[HttpMood.OK] * self.asks_before_sending)
        service.mood = mood
        outcome = await impatient.send(message)
        assert isinstance(outcome, Sent if self.needs_no_words and mood is HttpMood.GARBAGE else Unknown), outcome

    asks_before_sending: int = 0
    """Requests before the one that sends: a login, a look-up."""
    needs_no_words: bool = False
    """True where the status alone says that the service took it."""

    async def test_a_service_that_takes_its_time(
        self, provider: Provider, service: HttpService, message: Dispatch
    ) -> None:
        """A slow answer is an answer."""
        service.mood = HttpMood.SLOW
        assert isinstance(await provider.send(message), Sent)

    async def test_an_answer_without_end(self, impatient: Provider, service: HttpService, message: Dispatch) -> None:
        """An answer that does not end is read up to a bound, and ends in an outcome that fits a message taken."""
        service.mood = HttpMood.HUGE
        assert isinstance(await impatient.send(message), Sent | Unknown | RetryLater)

    async def test_a_connection_cut_at_once(self, provider: Provider, service: HttpService, message: Dispatch) -> None:
        """A service that hangs up before it reads has taken nothing, though nobody here can be sure of that."""
        service.mood = HttpMood.RESET_BEFORE
        assert isinstance(await provider.send(message), Unknown | RetryLater)
        assert not service.counted

    async def test_nobody_there(self, provider: Provider, service: HttpService, message: Dispatch) -> None:
        """A service that cannot be reached was sent nothing: it is waited for."""
        await service.stop()
        outcome = await provider.send(message)
        assert isinstance(outcome, RetryLater)
        assert "could not connect" in outcome.detail

    async def test_a_repetition_is_harmless_where_that_is_said(self, service: HttpService, message: Dispatch) -> None:
        """Where a service knows repetitions, an unknown outcome says for how long, and repeating sends nothing new."""
        provider = provider_at(self.key, service, timeout_s=0.4)
        service.script(HttpMood.RESET_AFTER)
        outcome = await provider.send(message)
        if isinstance(outcome, Unknown) and outcome.repeatable_s:
            assert isinstance(await provider.send(message), Sent)
            assert sum(service.counted.values()) == 1
        await provider.close()

    async def test_an_answer_that_says_too_much(
        self, provider: Provider, service: HttpService, message: Dispatch, private: Sequence[str]
    ) -> None:
        """A service that repeats addresses and keys in its refusal is quoted without them."""
        words = " ".join([*private[:1], *private[3:]])
        service.scripted_answers.extend([ServiceAnswer(status=400, json={"message": words, "error": words})] * 4)
        assert not [word for word in private if word in repr(await provider.send(message))]

    async def test_a_documented_answer(self, provider: Provider, service: HttpService, answer_fixture: Any) -> None:
        """Each answer that the service documents has its outcome."""
        case = answer_fixture
        for before in case.get("before", []):
            service.scripted_answers.append(_scripted(before))
        service.scripted_answers.append(_scripted(case["response"]))
        outcome = await provider.send(dispatch_of(self.key, service=service))
        told = msgspec.to_builtins(outcome)
        expected = case["outcome"]
        assert {name: told.get(name) for name in expected if name != "says"} == {
            name: value for name, value in expected.items() if name != "says"
        }, told
        assert expected.get("says", "") in told.get("detail", "")


class ReportingProviderCases(HttpProviderCases):
    """What is true of every provider whose service reports what became of a message."""

    async def test_a_webhook(self, provider: Provider, service: HttpService, webhook_fixture: Any) -> None:
        """Each webhook that the service documents becomes receipts of our messages, and nothing else."""
        case = webhook_fixture
        webhook = self._posted(service, case)
        receipts = [msgspec.to_builtins(receipt) for receipt in await provider.receive(webhook)]
        pairs = zip(receipts, case["receipts"], strict=True)
        assert [{name: receipt.get(name) for name in wanted} for receipt, wanted in pairs] == case["receipts"]
        assert all(receipt["id"] for receipt in receipts)

    async def test_a_forged_webhook(self, provider: Provider, service: HttpService, webhook_fixture: Any) -> None:
        """A webhook with another signature, without one, or with a changed body is refused."""
        webhook = self._posted(service, webhook_fixture)
        for forged in self.forgeries(webhook):
            with pytest.raises(NotAuthenticated):
                await provider.receive(forged)

    def forgeries(self, webhook: Webhook) -> list[Webhook]:
        """Forge a webhook, in the ways that its signature must show."""
        return [
            msgspec.structs.replace(webhook, headers={}),
            msgspec.structs.replace(
                webhook, headers={name: _another(value) for name, value in webhook.headers.items()}
            ),
        ]

    async def test_a_webhook_played_again(self, provider: Provider, service: HttpService, webhook_fixture: Any) -> None:
        """A webhook that was recorded and is played again is refused, or names the same facts as the first time."""
        webhook = self._posted(service, webhook_fixture)
        first = await provider.receive(webhook)
        later = msgspec.structs.replace(webhook, at=webhook.at + 2 * 3_600_000)
        try:
            again = await provider.receive(later)
        except NotAuthenticated:
            return
        assert [receipt.id for receipt in again] == [receipt.id for receipt in first]

    async def test_webhooks_that_cannot_be_checked(self, service: HttpService, webhook_fixture: Any) -> None:
        """Without the secret that webhooks are signed with none is taken, and the refusal names the setting."""
        if not self.webhook_secret:
            pytest.skip("its webhooks are signed with the key that it sends with")
        provider = provider_at(self.key, service, **{self.webhook_secret: ""})
        with pytest.raises(NotAuthenticated, match=self.webhook_secret):
            await provider.receive(self._posted(service, webhook_fixture))
        await provider.close()

    each_message_has_its_door: bool = False
    """True where the service is given an address for the news of each message."""
    webhook_secret: str = ""
    """The setting that webhooks are checked with, where it is not the key that messages are sent with."""

    def _posted(self, service: HttpService, case: Any) -> Webhook:
        body = case["webhook"]
        raw = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
        message_id = dispatch_of(self.key, service=service).message_id
        posted = service.webhook(raw, url=f"{RECEIPTS_URL}/{message_id}", at=case.get("at", int(time.time() * 1000)))
        return msgspec.structs.replace(posted, message_id=message_id if self.each_message_has_its_door else "")


class SilentProviderCases(HttpProviderCases):
    """What is true of every provider whose service reports nothing."""

    async def test_it_takes_no_webhooks(self, provider: Provider) -> None:
        """What is posted to its door is not found there."""
        with pytest.raises(NotFound):
            await provider.receive(Webhook(url=RECEIPTS_URL, body=b"{}", at=0))
        assert provider.challenge(Webhook(url=RECEIPTS_URL, at=0)) is None


def _scripted(response: Any) -> ServiceAnswer:
    body = response.get("body", "")
    raw = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    return ServiceAnswer(status=response["status"], headers=response.get("headers", {}), body=raw, taken=True)


def _another(value: str) -> str:
    """Change a signature wherever it may hold one."""
    return value.translate(str.maketrans("abcdefABCDEF0123456789", "bcdefaBCDEFA1234567890"))
