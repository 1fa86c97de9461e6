"""More than a hundred services at once, through Apprise: for the long tail.

Apprise is synchronous and says yes or no. So it runs in a few threads of its own, and its no is an unknown outcome:
it does not tell whether a service refused a message or was never reached.
"""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, ClassVar

import msgspec

from tidings.channels import ChatContent, Dispatch
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Account, Check, Provider, ProviderSettings, means
from tidings.providers.url_guard import UrlGuard

THREADS_MAX = 4
"""Messages under way at once, for each account."""
WAITING_MAX = 64
"""Messages that wait for a thread; what is more is told to come back."""


class AppriseSettings(ProviderSettings, frozen=True, kw_only=True):
    """Apprise's own URLs, of one service or of several."""

    urls: Annotated[
        str,
        msgspec.Meta(min_length=1, max_length=16_384, extra={"secret": True, "multiline": True}),
        means("Apprise's URLs, one a line, such as `ntfy://topic` (github.com/caronc/apprise/wiki)."),
    ]
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=50), means("Seconds for all services together, 50 at most.")] = 30


class AppriseProvider(Provider):
    """One account: all URLs get each message."""

    key: ClassVar[str] = "apprise"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "Apprise"
    description: ClassVar[str] = "More than a hundred other services, through Apprise."

    def __init__(self, settings: AppriseSettings, account: Account) -> None:
        self._settings = settings
        self._guard = UrlGuard(allows_private=account.private_urls)
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="apprise")
        self._waiting = 0
        self._closed = False

    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one message to every URL."""
        content = dispatch.content
        if not isinstance(content, ChatContent):
            return Undeliverable(Reason.PROVIDER_ERROR, "the content is no chat message")
        if self._closed or self._waiting >= WAITING_MAX:
            return RetryLater("Apprise: no thread is free")
        self._waiting += 1
        try:
            return await self._notify(content)
        except InvalidInput as error:
            return Undeliverable(Reason.PROVIDER_ERROR, error.message)
        finally:
            self._waiting -= 1

    async def _notify(self, content: ChatContent) -> Outcome:
        services = await self._in_thread(self._services)
        await self._guard_all(services)
        work = functools.partial(services.notify, body=content.text or " ", title=content.title)
        try:
            taken = await asyncio.wait_for(self._in_thread(work), self._settings.timeout_s)
        except TimeoutError:
            return Unknown("Apprise: not all services answered in time; some may have taken it")
        if taken:
            return Sent(detail=f"taken by {len(services)} services")
        return Unknown("Apprise: a service did not take it, or was not reached; Apprise does not say which")

    async def check(self) -> Check:
        """Read the URLs: there is nothing to log in at."""
        try:
            services = await self._in_thread(self._services)
            await self._guard_all(services)
        except InvalidInput as error:
            return Check(ok=False, detail=error.message)
        return Check(
            ok=True, detail=f"Apprise knows all {len(services)} services; they cannot be asked without sending"
        )

    async def close(self) -> None:
        """Let the threads end; what is under way still ends."""
        self._closed = True
        self._threads.shutdown(wait=False)

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _services(self) -> Any:
        import apprise  # noqa: PLC0415 - it is large, and few use it

        services = apprise.Apprise()
        lines = [line.strip() for line in self._settings.urls.splitlines() if line.strip()]
        for number, line in enumerate(lines, 1):
            if not services.add(line):
                raise InvalidInput(f"Apprise does not understand line {number} of urls", path="settings.urls")
        return services

    async def _guard_all(self, services: Any) -> None:
        for service in services:
            host = getattr(service, "host", None)
            if isinstance(host, str) and host and not self._guard.allows_private:
                try:
                    await self._guard.resolve(host, 443)
                except OSError:
                    continue  # a name that does not resolve leads nowhere: Apprise will say so
