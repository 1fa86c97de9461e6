"""Requests to this installation's own sources, which never leave the process."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.carriers.http_carrier import HttpCarrier
from tidings.clock import Clock
from tidings.destinations import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.courier_source import INSIDE
from tidings.errors import InvalidInput, Unavailable
from tidings.ingest import INBOUND, ingest, open_body, pack
from tidings.ports import SourceStore, Stream, Wakeup
from tidings.workspaces import SourceGrant, hash_key

_REFRESH_MS = 5_000
"""How long a revoked key may live on, as at the front door."""


class InsideCarrier:
    """`tidings.ports.Carrier` that answers addresses that begin with `inside:` itself; all others go outside.

    It takes one track call at a time, as `/v1/track` does, and answers when the stream has it on disk. No setting of
    a destination can hold such an address, so whoever may add destinations reaches nothing else inside by it.
    """

    def __init__(
        self, *, outside: HttpCarrier, stream: Stream, sources: SourceStore, clock: Clock, wakeup: Wakeup
    ) -> None:
        self._outside = outside
        self._stream = stream
        self._sources = sources
        self._clock = clock
        self._wakeup = wakeup
        self._grants: Mapping[bytes, SourceGrant] = {}
        self._read_at: int | None = None

    async def carry(self, request: HttpRequest) -> HttpAnswer | HttpFault:
        """Make one request."""
        if not request.url.startswith(INSIDE):
            return await self._outside.carry(request)
        try:
            return await self._take(request)
        except InvalidInput as error:
            return _answer(400, message=error.message)
        except Unavailable as error:
            headers = {"retry-after": str(error.retry_after_s)}
            return _answer(503, headers, message="storage cannot take it now")

    async def close(self) -> None:
        """Let go of all connections."""
        await self._outside.close()

    async def _take(self, request: HttpRequest) -> HttpAnswer:
        source = await self._source(_user(request.headers.get("Authorization", "")))
        if source is None or not source.enabled:
            return _answer(401, message="no source that is switched on has this write key")
        if source.enforce_oauth:  # as at the front door: a write key alone opens nothing
            return _answer(401, message="this source enforces OAuth, so a write key alone opens nothing")
        now = self._clock.now_ms()
        appends = pack(
            ingest(open_body(request.body, INBOUND), received_at=now),
            environment_id=source.environment_id,
            source_id=source.source_id,
            received_at=now,
            partitions=self._stream.partitions,
        )
        await self._stream.append(appends)
        self._wakeup.wake("stream")
        return _answer(200, success=True)

    async def _source(self, write_key: str) -> SourceGrant | None:
        now = self._clock.now_ms()
        if self._read_at is None or now - self._read_at > _REFRESH_MS:
            self._grants = {grant.key_hash: grant for grant in await self._sources.grants()}
            self._read_at = now
        digest = hash_key(write_key)
        grant = self._grants.get(digest)
        return grant if grant is not None and hmac.compare_digest(grant.key_hash, digest) else None


def _user(authorization: str) -> str:
    try:
        return base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _answer(status: int, headers: Mapping[str, str] | None = None, **body: Any) -> HttpAnswer:
    return HttpAnswer(status=status, headers=headers or {}, body=msgspec.json.encode(body))
