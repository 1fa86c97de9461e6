"""The Segment front door: a bare ASGI application in front of everything else, since it has to be fast.

It decides only what a 200 promises: the right key, the right shape, and that the stream has it on disk.
"""

import functools
from collections import Counter
from collections.abc import Sequence

import structlog
from litestar.types import HTTPScope, Receive, Send
from prometheus_client import Counter as Metric

from tidings.api.accept_answer import Answer, Headers, Refusal, accepted, preflight, respond
from tidings.api.accept_body import Bodies, Disconnected
from tidings.api.accept_doors import METRICS, door_at, is_ours, pixel_at
from tidings.api.accept_keys import write_key_of
from tidings.api.accept_oauth import check_token
from tidings.api.accept_pixel import PICTURE, body_of_query
from tidings.api.accept_refusals import RefusalCounts
from tidings.api.authentication import presented_keys
from tidings.api.grants import Grants
from tidings.api.peer import Peers
from tidings.clock import Clock
from tidings.errors import InvalidInput, Unavailable
from tidings.ingest import INBOUND, CallRefused, Door, ingest, open_body, pack
from tidings.ports import SourceStore, Stream, Wakeup
from tidings.records import Record
from tidings.telemetry import calls_accepted, calls_discarded, requests_refused, requests_repeated
from tidings.workspaces import AccessTokens, SourceGrant

BODY_S = 30.0
"""500 KB in 30 s is 17 kB/s: slower than any line we serve."""

_ALLOW = ((b"allow", b"POST, OPTIONS"),)

log = structlog.get_logger()


class Accept:
    """Answers `/v1/*`, `/inbound/segment`, and their cousins at RudderStack and Jitsu.

    `start` it before it takes requests, `stop` it after the last.
    """

    def __init__(
        self,
        *,
        stream: Stream,
        grants: Grants,
        access_tokens: AccessTokens,
        sources: SourceStore,
        clock: Clock,
        wakeup: Wakeup,
        strict_write_keys: bool,
        trusted_proxies: str = "",
        body_s: float = BODY_S,
    ) -> None:
        self._stream = stream
        self._grants = grants
        self._access_tokens = access_tokens
        self._clock = clock
        self._wakeup = wakeup
        self._is_strict = strict_write_keys
        self._peers = Peers(trusted_proxies)
        self._bodies = Bodies(timeout_s=body_s)
        self._refusals = RefusalCounts(sources=sources, clock=clock)

    async def start(self) -> None:
        """Begin to write counts of refused requests. Safe to call twice."""
        await self._refusals.start()

    async def stop(self) -> None:
        """Write the last counts. Safe to call twice."""
        await self._refusals.stop()

    @staticmethod
    def handles(path: str) -> bool:
        """Tell whether requests to this path are to come here, whatever their method."""
        return is_ours(path)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = dict(scope["headers"])
        try:
            answer = await self._answer(scope, headers, receive)
        except Disconnected:
            return
        except Exception:
            log.exception("accept.failed")
            answer = _refused(Refusal(500, "internal", "something went wrong on our side; the log says what"))
        await respond(send, answer, headers.get(b"origin"))

    async def _answer(self, scope: HTTPScope, headers: Headers, receive: Receive) -> Answer:
        try:
            return await self._take(scope, headers, receive)
        except Refusal as refusal:
            return _refused(refusal)
        except InvalidInput as error:
            return _refused(Refusal(413 if error.code == "request_too_large" else 400, error.code, error.message))
        except Unavailable as error:
            after = b"%d" % error.retry_after_s
            retry = ((b"retry-after", after), (b"x-ratelimit-reset", after))  # seconds, both (segment.md §8-D9)
            return _refused(Refusal(503, "unavailable", "storage cannot take it now; try again", headers=retry))

    async def _take(self, scope: HTTPScope, headers: Headers, receive: Receive) -> Answer:
        """Take one request. Raises `Refusal`, `InvalidInput`, `Unavailable`, `Disconnected`."""
        method, door = scope["method"], door_at(scope["path"])
        if method == "OPTIONS":
            return preflight(headers)
        if door is None:
            if (pixel := pixel_at(scope["path"])) and method in {"GET", "HEAD"}:
                return await self._pictured(pixel, scope, headers)
            raise Refusal(404, "not_found", "there is nothing at this path")
        if method != "POST":
            raise Refusal(405, "method_not_allowed", "calls are sent with POST", headers=_ALLOW)
        if door is METRICS:
            return accepted()
        received_at = self._clock.now_ms()
        if b"x-retry-count" in headers:
            requests_repeated.inc()
        body = await self._bodies.read(receive, headers)
        if door is INBOUND:
            return await self._forwarded(headers, body, received_at)
        key = write_key_of(headers, scope["query_string"])
        return await self._called(door, key, body, received_at=received_at, scope=scope, headers=headers)

    async def _pictured(self, door: Door, scope: HTTPScope, headers: Headers) -> Answer:
        """Take a call that came as a picture's address; whatever becomes of it, the answer is the picture."""
        try:
            body = body_of_query(scope["query_string"])
            now = self._clock.now_ms()
            await self._called(door, "", body, received_at=now, scope=scope, headers=headers)
        except (Refusal, InvalidInput) as refused:
            requests_refused.labels(refused.code).inc()
        except Unavailable:
            requests_refused.labels("unavailable").inc()
        return PICTURE

    async def _called(
        self, door: Door, key: str, body: bytes, *, received_at: int, scope: HTTPScope, headers: Headers
    ) -> Answer:
        """Take a request of a source. Raises as `_take`; of a single call that is refused, the log keeps the reason."""
        request = None
        if not key:
            request = open_body(body, door)
            key = (request.write_key or "").strip()
            if not key:
                raise Refusal(400, "write_key_missing", "send the source's write key, as user name of Basic")
        source = self._grants.source(key)
        if source is None or not source.enabled:
            return self._unknown("unknown_source" if source is None else "source_disabled")
        if source.enforce_oauth:
            self._check_token(source, headers, received_at)
        ip = self._peers.address_of(scope, headers.get(b"x-forwarded-for", b""))
        try:
            records = ingest(request or open_body(body, door), received_at=received_at, ip=ip)
        except CallRefused as refused:
            await self._keep([refused.record], source.environment_id, source.source_id, received_at)
            raise
        await self._keep(records, source.environment_id, source.source_id, received_at)
        return accepted()

    async def _forwarded(self, headers: Headers, body: bytes, received_at: int) -> Answer:
        """Take an event that Segment forwards. Raises as `_take`."""
        keys = presented_keys(headers.get(b"authorization", b"").decode("latin-1"))
        grant = next((grant for key in keys if (grant := self._grants.api_key(key))), None)
        if grant is None:
            challenge = ((b"www-authenticate", b'Basic realm="tidings"'),)
            raise Refusal(401, "not_authenticated", "send a valid API key, as Bearer or as Basic", headers=challenge)
        records = ingest(open_body(body, INBOUND), received_at=received_at)
        await self._keep(records, grant.environment_id, 0, received_at)
        return accepted(records[0].message_id)

    def _check_token(self, source: SourceGrant, headers: Headers, now: int) -> None:
        try:
            check_token(source, headers, self._access_tokens, now=now)
        except Refusal as refusal:
            self._refusals.add(refusal.code)
            raise

    def _unknown(self, reason: str) -> Answer:
        """Answer a key that opens nothing as Segment does, and count it (segment.md §8-D1)."""
        self._refusals.add(reason)
        if self._is_strict:
            raise Refusal(401, reason, "this write key opens nothing")
        requests_refused.labels(reason).inc()
        return accepted()

    async def _keep(self, records: list[Record], environment_id: int, source_id: int, received_at: int) -> None:
        if not records:
            requests_refused.labels("empty_batch").inc()
            return
        appends = pack(
            records,
            environment_id=environment_id,
            source_id=source_id,
            received_at=received_at,
            partitions=self._stream.partitions,
        )
        await self._stream.append(appends)
        self._wakeup.wake("stream")
        _count(records)


def _refused(refusal: Refusal) -> Answer:
    requests_refused.labels(refusal.code).inc()
    return refusal.answer()


def _count(records: Sequence[Record]) -> None:
    if len(records) == 1:
        _counter(records[0]).inc()
        return
    for counter, count in Counter(map(_counter, records)).items():
        counter.inc(count)


def _counter(record: Record) -> Metric:
    return _labelled(calls_discarded, record.discarded) if record.discarded else _labelled(calls_accepted, record.type)


@functools.cache  # words are ours, and few
def _labelled(metric: Metric, word: str) -> Metric:
    return metric.labels(word)
