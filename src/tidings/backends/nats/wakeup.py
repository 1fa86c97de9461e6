"""Wake-ups between hosts, over NATS subjects that nobody keeps."""

import secrets
from functools import partial

from nats.aio.client import Client
from nats.aio.msg import Msg

from tidings.backends.hearing import LETTERS, Hearing, Pace
from tidings.backends.nats.address import NatsAddress
from tidings.backends.nats.connection import Connection
from tidings.ports import Topic

PACE_S = 0.001
"""At most one message per topic in this time; a wake within it is told when it is over."""


class NatsWakeup:
    """`tidings.ports.Wakeup` for all who use the same stream name on the same servers.

    While no server answers, only this process is woken. Listening begins anew with every connection.
    """

    def __init__(self, connection: Connection, *, is_owner: bool) -> None:
        """Not for callers: `open` listens."""
        self._connection = connection
        self._is_owner = is_owner
        self._word = secrets.token_hex(8).encode()
        self._has_listened = False
        self._hearing = Hearing()
        self._pace = Pace(self._tell, pause_s=PACE_S)

    @classmethod
    async def open(cls, place: NatsAddress | Connection) -> "NatsWakeup":
        """Listen. A connection that is handed in stays its owner's. Raises as `Connection.open` does."""
        connection = place if isinstance(place, Connection) else await Connection.open(place)
        wakeup = cls(connection, is_owner=connection is not place)
        await connection.on_connect(wakeup._listen)
        return wakeup

    def wake(self, topic: Topic) -> None:
        """Wake this process at once and the others at most once a millisecond."""
        if not self._hearing.is_closed:
            self._hearing.ring(topic)
            self._pace.wake(topic)

    async def wait(self, topic: Topic, timeout_s: float) -> bool:
        """Wait until woken; what counts is what came since the last wait of this task, whoever else waits."""
        return await self._hearing.wait(topic, timeout_s)

    async def close(self) -> None:
        """Stop listening; whoever waits here returns."""
        if self._hearing.is_closed:
            return
        self._pace.close()
        self._hearing.close()
        if self._is_owner:
            await self._connection.close()

    async def _listen(self, client: Client) -> None:
        for topic in LETTERS:
            await client.subscribe(self._subject(topic), cb=partial(self._hear, topic))
        # The client's ping may overtake subscriptions that it has not written yet (seen with nats-py 2.16, 2026-11):
        # the first answer tells that they are written, the second that the servers pass wakes on to us from here on.
        await client.flush()
        await client.flush()
        if self._has_listened:
            for topic in LETTERS:
                self._hearing.ring(topic)  # nobody knows what was told in the meantime
        self._has_listened = True

    async def _hear(self, topic: Topic, message: Msg) -> None:
        if message.data != self._word:
            self._hearing.ring(topic)

    def _tell(self, topic: Topic) -> None:
        self._connection.publish_soon(self._subject(topic), self._word)

    def _subject(self, topic: Topic) -> str:
        return f"{self._connection.address.name}.wake.{topic}"
