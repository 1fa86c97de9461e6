"""What providers with an HTTP API share: the way from a dispatch to an outcome, and all that can go wrong on it.

A provider is pure: it writes a request and reads an answer. What touches the network, waits and judges is here.
"""

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from tidings.channels import Dispatch
from tidings.errors import InvalidInput, NotFound
from tidings.messages import Outcome, Reason, Receipt, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Account, Check, Provider, ProviderSettings, means, secrets_of
from tidings.providers.http_client import HttpClient, Limits
from tidings.providers.http_message import HttpRequest, HttpResponse, Unanswered, Unreached
from tidings.providers.url_guard import URL_LENGTH_MAX, UrlGuard
from tidings.providers.verdict import Verdict, by_status, outcome_of, quoted
from tidings.providers.webhook import Webhook
from tidings.suppressions import Texted

ANSWERED = "as-answered-before"
"""Stands for what only a service's answer to a look-up tells."""
STEPS_MAX = 8
"""Requests that one message may take: look somebody up, open a conversation, log in, send."""
_DEPTH_MAX = 20
_METHODS = frozenset({"POST", "PUT", "PATCH"})


class HttpSettings(ProviderSettings, frozen=True, kw_only=True):
    """What every account with an HTTP API may set."""

    base_url: Annotated[
        str,
        msgspec.Meta(max_length=2048, pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$"),
        means("Another address than the service's own: for a region, a proxy, or a rehearsal."),
    ] = ""
    timeout_s: Annotated[
        float, msgspec.Meta(gt=0, le=50), means("Seconds for one request, 50 at most: a worker holds a message for 60.")
    ] = 20
    connections_max: Annotated[
        int, msgspec.Meta(ge=1, le=512), means("Connections that are open at once, 512 at most.")
    ] = 32


S = TypeVar("S", bound=HttpSettings)
Steps = Generator[HttpRequest, HttpResponse, Outcome]
"""A conversation: it asks, is given the answer, asks again, and ends with an outcome."""


class Said(msgspec.Struct, frozen=True):
    """What a service said when it did not take a message."""

    code: str = ""
    """Its own code, which the table of answers knows."""
    text: str = ""


class HttpProvider(Provider, Generic[S]):
    """One account at a service with an HTTP API."""

    OVERRIDES: ClassVar[frozenset[str]] = frozenset({"body", "headers", "config", "url", "method"})
    URL: ClassVar[str]
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {}
    """The service's codes (or statuses), and what each means. What is not here is judged by its status."""
    REPEATABLE_S: ClassVar[float] = 0
    """How long the service knows a repeated message by its idempotency key; 0 when it has none."""
    HTTP2: ClassVar[bool] = False
    GUARDED: ClassVar[bool] = False
    """True when what it is told to call comes from outside, whatever its settings."""
    IMAGINED: ClassVar[Mapping[str, Any]] = {}
    """What look-ups before the request that sends may be answered: for who writes the conversation down without it."""

    def __init__(self, settings: S, account: Account) -> None:
        self.settings = settings
        self.account = account
        self.url = (settings.base_url or self.URL).rstrip("/")
        limits = Limits(timeout_s=settings.timeout_s, connections_max=settings.connections_max, http2=self.HTTP2)
        self._client = HttpClient(limits, guard=UrlGuard(allows_private=account.private_urls))
        self._secrets = secrets_of(settings)

    @classmethod
    def repeatable_s(cls) -> float:
        """Tell how long its key is good for."""
        return cls.REPEATABLE_S

    @abstractmethod
    def request(self, dispatch: Dispatch) -> HttpRequest:
        """Write the request that sends. Raises `InvalidInput` when the content cannot be said to the service."""

    @abstractmethod
    def reference(self, response: HttpResponse) -> str | None:
        """Read the service's id for a message that it took; None when it did not take it."""

    def said(self, response: HttpResponse) -> Said:
        """Read why it did not."""
        return Said(text=response.text)

    def steps(self, dispatch: Dispatch) -> Steps:
        """Hold the conversation that sends one message; most are one question long."""
        return self.sent((yield self.request(dispatch)), dispatch)

    def as_logged_in(self) -> None:
        """Take it that no login is due: logins are many messages', and are not written down with one."""

    def override_key(self, name: str) -> str:
        """Spell the name of an overridden field as the service does."""
        return name

    def probe(self) -> HttpRequest | None:
        """Write a request that sends nothing and needs the account's key; None when there is no such thing."""
        return None

    def receipts(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """Read a webhook; see `receive`."""
        del webhook
        raise NotFound(f"{self.name} reports nothing of what became of a message")

    def signed(self, request: HttpRequest) -> HttpRequest:
        """Sign what is about to be sent, for services that want that."""
        return request

    def wait_s(self, response: HttpResponse) -> float | None:
        """Read how long the service wants us to wait."""
        return response.retry_after_s

    def private(self, dispatch: Dispatch) -> Iterable[str]:
        """List words of a message that a service may repeat and nobody may read."""
        return (dispatch.address, getattr(dispatch.content, "to", ""))

    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one message over, within the time-out for each request."""
        try:
            outcome = await self._converse(self.steps(dispatch), dispatch.override)
        except InvalidInput as error:
            return Undeliverable(Reason.PROVIDER_ERROR, error.message)
        if isinstance(outcome, Unknown) and self.REPEATABLE_S:
            return Unknown(outcome.detail, self.REPEATABLE_S)
        return outcome

    async def check(self) -> Check:
        """Ask the service something that needs the account's key."""
        request = self.probe()
        if request is None:
            return Check(ok=True, detail=f"{self.name} is configured; it cannot be asked without sending something")
        try:
            outcome = await self._converse(self._checking(request), {})
        except InvalidInput as error:
            return Check(ok=False, detail=error.message)
        if isinstance(outcome, Sent):
            return Check(ok=True, detail=f"{self.name} knows this account")
        return Check(ok=False, detail=outcome.detail)

    async def receive(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """Read what the service tells of messages sent before."""
        return self.receipts(webhook)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    def sent(self, response: HttpResponse, dispatch: Dispatch | None = None) -> Outcome:
        """Judge the answer to the request that sends."""
        reference = self.reference(response)
        if reference is not None:
            return Sent(reference[:256] or None)
        return self.refused(response, dispatch)

    def refused(self, response: HttpResponse, dispatch: Dispatch | None = None) -> Outcome:
        """Judge an answer that is no success, by the table of answers, else by its status."""
        said = self.said(response)
        verdict = self.ANSWERS.get(said.code) or self.ANSWERS.get(str(response.status)) or by_status(response.status)
        private = [*self._secrets, *(self.private(dispatch) if dispatch else ())]
        code = f" {quoted(said.code, private)}" if said.code and said.code != str(response.status) else ""
        words = quoted(said.text, private) or _ADVICE[verdict]
        return outcome_of(
            verdict, f"{self.name} answered {response.status}{code}: {words}", after_s=self.wait_s(response)
        )

    def _checking(self, request: HttpRequest) -> Steps:
        response = yield msgspec.structs.replace(request, sends=False)
        return Sent() if response.status < 300 else self.refused(response)

    async def _converse(self, steps: Steps, override: Mapping[str, Any]) -> Outcome:
        request: HttpRequest | None = None
        try:
            request = next(steps)
            for _ in range(STEPS_MAX):
                request = self.ready(request, override)
                match await self._client.call(self.signed(request.encoded())):
                    case HttpResponse() as response:
                        request = steps.send(response)
                    case Unreached(detail):
                        return RetryLater(f"{self.name}: {detail}")
                    case Unanswered(detail):
                        return self._unanswered(request, detail)
        except StopIteration as done:
            return _nothing_sent(request, done.value)
        finally:
            steps.close()
        return Unknown(f"{self.name} needed more than {STEPS_MAX} requests for one message")

    def ready(self, request: HttpRequest, override: Mapping[str, Any]) -> HttpRequest:
        """Lay what the sender wants changed over a request that sends, and have a URL guarded that others chose."""
        if request.sends and override:
            request = overridden(request, override, self.override_key)
        if self.GUARDED or (self.settings.base_url and request.url.startswith(self.url)):
            request = msgspec.structs.replace(request, guarded=True)
        return request

    def _unanswered(self, request: HttpRequest, detail: str) -> Outcome:
        if not request.sends:
            return RetryLater(f"{self.name}: {detail}; it was only asked, nothing was sent")
        return Unknown(f"{self.name}: {detail}; it may have been sent")


_ADVICE = {
    Verdict.GONE: "there is no such address any more",
    Verdict.BOUNCED: "the address cannot be reached",
    Verdict.UNSUBSCRIBED: "the recipient does not want messages",
    Verdict.REFUSED: "it will not take this message",
    Verdict.ACCOUNT: "check the account's key and permissions",
    Verdict.LATER: "not now",
    Verdict.UNSURE: "nobody can tell whether it was sent",
}


def overridden(request: HttpRequest, override: Mapping[str, Any], spelt: Callable[[str], str] = str) -> HttpRequest:
    """Lay what the sender wants changed over a request: fields not mentioned stay (courier-semantics.md §19).

    Raises `InvalidInput` for what cannot be changed so: a URL of another host would be shown the account's key.
    """
    body, headers = override.get("body"), override.get("headers")
    if isinstance(url := override.get("url"), str):
        request = msgspec.structs.replace(request, url=_beside(request.url, url))
    if isinstance(method := override.get("method"), str):
        if method.upper() not in _METHODS:
            raise InvalidInput("override.method is POST, PUT or PATCH")
        request = msgspec.structs.replace(request, method=method.upper())
    if isinstance(headers, Mapping):
        given = {str(name)[:100]: str(value)[:2000] for name, value in list(headers.items())[:50]}
        request = msgspec.structs.replace(request, headers={**request.headers, **given})
    if isinstance(body, Mapping) and request.form is not None:
        form = {spelt(str(name)): value if isinstance(value, str) else str(value) for name, value in body.items()}
        return msgspec.structs.replace(request, form={**request.form, **form})
    if isinstance(body, Mapping) and isinstance(request.json, Mapping):
        return msgspec.structs.replace(request, json=merged(request.json, body))
    if body:
        raise InvalidInput("override.body: this request has no fields that could be changed")
    return request


def _beside(ours: str, theirs: str) -> str:
    """Read a URL, or a path, of the same service."""
    try:
        url = urljoin(ours, theirs)
        is_same = urlsplit(url)[:2] == urlsplit(ours)[:2]
    except ValueError:
        is_same = False
    if not is_same or len(url) > URL_LENGTH_MAX or not url.isprintable():
        raise InvalidInput("override.url leads to another host than the provider's own")
    return url


def merged(ours: Mapping[str, Any], theirs: Mapping[str, Any], depth: int = _DEPTH_MAX) -> dict[str, Any]:
    """Merge two objects: objects in them merge, all else is replaced."""
    result = dict(ours)
    for key, value in theirs.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and depth > 0:
            value = merged(old, value, depth - 1)  # noqa: PLW2901 - what it is merged to
        result[key] = value
    return result


def _nothing_sent(request: HttpRequest | None, outcome: Outcome) -> Outcome:
    """Take it that nothing was sent where the last that was asked sends nothing, whatever nobody knows about it."""
    if request is not None and not request.sends and isinstance(outcome, Unknown):
        return RetryLater(outcome.detail)
    return outcome
