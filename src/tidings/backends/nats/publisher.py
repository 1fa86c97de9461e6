"""Publishing a group so that the cluster keeps all of it or nothing, and keeps it once however often it is tried."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from nats.aio.msg import Msg

from tidings.backends.nats.api_error import (
    DUPLICATE_IN_BATCH,
    FULL,
    NO_RESPONDERS,
    PASSING,
    ApiError,
    error_of,
)
from tidings.backends.nats.connection import Connection, ConnectionLost
from tidings.errors import Unavailable

BATCH_MAX = 1000
"""The server's own bound for what is kept as a whole."""

PATIENCE_S = 5.0
"""An election takes two to four seconds; clients of the front door give up after ten or more."""

_TRY_S = 2.0
"""After this an acknowledgement is taken for lost, and the group is published again under the same id."""

_PAUSE_S = 0.05


class Outgoing(NamedTuple):
    """One message."""

    subject: str
    payload: bytes


class Publisher:
    """Publishes in the order in which it is asked.

    A group of several is one atomic batch. Its first message has an id that the server remembers for a while: when an
    acknowledgement is lost, the same group is published again, and the server refuses what it has.
    """

    def __init__(self, connection: Connection, *, has_copies: bool, patience_s: float = PATIENCE_S) -> None:
        self._connection = connection
        self._has_copies = has_copies
        self._patience_s = patience_s
        self._sending = asyncio.Lock()
        self._away_since: float | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Return once the cluster has acknowledged all of it. Raises `Unavailable`.

        Whoever comes while the cluster is away waits for one try at most: those before have waited already.
        """
        now = asyncio.get_running_loop().time()
        deadline = now + self._patience_s
        if self._away_since is not None:
            deadline = max(self._away_since + self._patience_s, now + min(_TRY_S, self._patience_s))
        group_id, tries, server = secrets.token_hex(12), 0, self._connection.server
        while True:
            tries += 1
            refused = await self._try(messages, group_id, tries, until=deadline)
            if refused is None:
                self._away_since = None
                return
            if self._away_since is None:
                self._away_since = now
            if asyncio.get_running_loop().time() + _PAUSE_S >= deadline:
                self._connection.leave(server)
                raise Unavailable(f"the stream at stream_url does not keep anything: {refused}", retry_after_s=2)
            await asyncio.sleep(_PAUSE_S)

    async def _try(self, messages: Sequence[Outgoing], group_id: str, tries: int, *, until: float) -> str | None:
        """Publish once. None when it is kept, else why not yet; raises `Unavailable` when trying again is no use."""
        try:
            timeout_s = min(_TRY_S, until - asyncio.get_running_loop().time())
            error = await self._send(messages, group_id, tries, timeout_s=timeout_s)
            if error is not None and error.err_code == DUPLICATE_IN_BATCH and await self._is_kept(messages, group_id):
                return None
        except ConnectionLost:
            return "the connection broke"
        except TimeoutError:
            return "no acknowledgement came; the cluster may have no quorum"
        except Unavailable as unavailable:
            return str(unavailable)
        if error is None:
            return None
        if error.err_code in PASSING | {NO_RESPONDERS, DUPLICATE_IN_BATCH}:
            return error.description
        if error.err_code in FULL:
            mend = "let the workers catch up, raise stream_bytes_max, or give the NATS servers more storage"
            raise Unavailable(f"the stream at stream_url is full ({error.description}): {mend}", retry_after_s=5)
        raise Unavailable(f"the stream refuses: {error.description}", retry_after_s=5)

    async def _send(
        self, messages: Sequence[Outgoing], group_id: str, tries: int, *, timeout_s: float
    ) -> ApiError | None:
        first, last = {"Nats-Msg-Id": group_id}, len(messages)
        if last == 1:
            return error_of(await self._request(messages[0], first, timeout_s))
        # A name of its own for every try: what arrived of an earlier one would make this one look torn.
        name = f"{group_id}-{tries}"
        async with self._sending:
            expected, reply = await self._connection.expect(timeout_s=timeout_s)
            client = expected.client
            for number, message in enumerate(messages, 1):
                headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
                if number == 1:
                    headers |= first
                if number == last:
                    headers["Nats-Batch-Commit"] = "1"
                if client.is_closed:
                    raise ConnectionLost
                await self._connection.send(
                    client, message.subject, message.payload, reply if number == last else "", headers
                )
        return error_of((await self._connection.answers(expected, reply, timeout_s=timeout_s))[0])

    async def _request(self, message: Outgoing, headers: dict[str, str], timeout_s: float) -> Msg:
        async with self._sending:
            expected, reply = await self._connection.expect(timeout_s=timeout_s)
            await self._connection.send(expected.client, message.subject, message.payload, reply, headers)
        return (await self._connection.answers(expected, reply, timeout_s=timeout_s))[0]

    async def _is_kept(self, messages: Sequence[Outgoing], group_id: str) -> bool:
        """Tell whether a group whose id is known was kept, or is only on its way and may yet be lost.

        One server alone knows an id only once it has the message. A leader knows it before the others agreed; so it is
        asked with a message that it must refuse, in words that differ.
        """
        if not self._has_copies:
            return True
        probe = {"Nats-Msg-Id": group_id, "Nats-Expected-Last-Sequence": "1"}
        answer = await self._request(Outgoing(messages[0].subject, b""), probe, _TRY_S)
        return error_of(answer) is None  # acknowledged as a duplicate: it has its place
