"""Making the JetStream stream, or finding it as it was made."""

import asyncio
import time
from typing import Any

import msgspec
import structlog

from tidings.backends.nats.api_error import (
    NAME_TAKEN,
    NO_JETSTREAM,
    NO_PEERS,
    NO_RESPONDERS,
    NOT_CLUSTERED,
    NOT_FOUND,
    ApiError,
    body_of,
    error_of,
)
from tidings.backends.nats.connection import Connection, ConnectionLost
from tidings.errors import ConfigurationError, Unavailable

log = structlog.get_logger()

VERSION_MIN = (2, 12)
"""The first server that keeps batches whole."""

PATIENCE_S = 10.0
"""A cluster that has just been started chooses its leaders within this time."""

DUPLICATE_WINDOW_S = 60
"""Much longer than any group is tried; each id costs the servers some hundred bytes for so long."""

_TRY_S = 2.0
_PARTITIONS = "tidings.partitions"
_OFFSETS_PER_MS = 256
"""A new stream's offsets begin at the time, in 256ths of a millisecond: behind those of any stream that it replaces, so
that what was applied of the old one is never taken for the new one's."""


class StreamPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How the stream stands on the servers."""

    name: str
    partitions: int
    replicas: int

    def calls(self, partition: int) -> str:
        """Name the subject of a partition's entries."""
        return f"{self.name}.calls.{partition}"

    def mark(self, partition: int) -> str:
        """Name the subject that remembers how far a partition was trimmed."""
        return f"{self.name}.marks.{partition}"


async def find_or_make(connection: Connection, *, partitions: int, bytes_max: int) -> StreamPlan:
    """Find the stream, making it if need be; one that stands keeps its number of partitions.

    Raises `ConfigurationError` when the servers are too old, have no JetStream, or have a stream of that name that is
    none of ours; `Unavailable` when they do not agree on an answer in time.
    """
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            await _require_version(connection, until=deadline)
            return await _find(connection, bytes_max) or await _make(connection, partitions, bytes_max)
        except (Unavailable, ConnectionLost, TimeoutError) as error:
            if asyncio.get_running_loop().time() > deadline:
                what = str(error) or "no answer in time: a majority of the cluster may be away"
                raise Unavailable(f"the stream at stream_url cannot be opened: {what}", retry_after_s=5) from error
            await asyncio.sleep(0.1)


async def find(connection: Connection) -> StreamPlan | None:
    """Find the stream and change nothing; None when it was not made yet. Raises as `find_or_make` does."""
    await _require_version(connection, until=asyncio.get_running_loop().time() + _TRY_S)
    try:
        config = await _config_of(connection)
    except (ConnectionLost, TimeoutError) as error:
        raise Unavailable("no answer in time: a majority of the cluster may be away") from error
    return None if config is None else _plan_of(config)


async def _require_version(connection: Connection, *, until: float) -> None:
    client = await connection.live(until=until)
    version = client.connected_server_version
    if (version.major, version.minor) < VERSION_MIN:
        raise ConfigurationError(
            f"stream_url: NATS server {version.major}.{version.minor} is too old: tidings needs 2.12 or newer"
        )


async def _find(connection: Connection, bytes_max: int) -> StreamPlan | None:
    config = await _config_of(connection)
    if config is None:
        return None
    plan = _plan_of(config)
    if config["max_bytes"] != (bytes_max or -1):
        await _ask(connection, f"STREAM.UPDATE.{plan.name}", config | {"max_bytes": bytes_max or -1})
    return plan


async def _config_of(connection: Connection) -> dict[str, Any] | None:
    answer = await _ask(connection, f"STREAM.INFO.{connection.address.name}", {}, accept=NOT_FOUND)
    return None if answer is None else answer["config"]


def _plan_of(config: dict[str, Any]) -> StreamPlan:
    partitions = (config.get("metadata") or {}).get(_PARTITIONS)
    if partitions is None or not config.get("allow_atomic") or not config.get("allow_direct"):
        raise ConfigurationError(
            f"stream_url: the NATS servers have a stream {config['name']!r} that is none of ours: choose another ?name="
        )
    return StreamPlan(name=config["name"], partitions=int(partitions), replicas=config["num_replicas"])


async def _make(connection: Connection, partitions: int, bytes_max: int) -> StreamPlan:
    address = connection.address
    plan = StreamPlan(name=address.name, partitions=partitions, replicas=address.replicas or 3)
    config = _config(plan, bytes_max)
    subject = f"STREAM.CREATE.{plan.name}"
    try:
        await _ask(connection, subject, config)
    except _Refused as refused:
        match refused.error.err_code:
            case code if code == NAME_TAKEN:  # somebody made it this moment
                raise Unavailable("the stream is being made by another process") from refused
            case code if code == NOT_CLUSTERED and not address.replicas:
                plan = msgspec.structs.replace(plan, replicas=1)
                await _ask(connection, subject, _config(plan, bytes_max))
            case code if code in {NOT_CLUSTERED, NO_PEERS}:
                raise Unavailable(
                    f"{refused.error.description}: {plan.replicas} copies need as many servers with room for them; "
                    "start them, or write ?replicas=1 behind stream_url"
                ) from refused
            case _:
                raise
    log.info("stream.made", name=plan.name, partitions=partitions, replicas=plan.replicas)
    return plan


def _config(plan: StreamPlan, bytes_max: int) -> dict[str, Any]:
    return {
        "name": plan.name,
        "subjects": [f"{plan.name}.calls.*", f"{plan.name}.marks.*"],
        "retention": "limits",
        "discard": "new",  # a full stream refuses; it never forgets what nobody has read
        "storage": "file",
        "num_replicas": plan.replicas,
        "max_bytes": bytes_max or -1,
        "duplicate_window": DUPLICATE_WINDOW_S * 1_000_000_000,
        "allow_direct": True,
        "allow_atomic": True,
        "allow_rollup_hdrs": True,
        "first_seq": time.time_ns() // 1_000_000 * _OFFSETS_PER_MS,
        "metadata": {_PARTITIONS: str(plan.partitions)},
    }


class _Refused(Unavailable):
    """JetStream said no."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.description)
        self.error = error


async def _ask(
    connection: Connection, subject: str, content: dict[str, Any], *, accept: frozenset[int] = frozenset()
) -> Any:
    """Ask the API; None when it answers with one of the accepted errors."""
    payload = msgspec.json.encode(content) if content else b""
    answer = await connection.request(f"$JS.API.{subject}", payload, timeout_s=_TRY_S)
    error = error_of(answer)
    if error is None:
        return body_of(answer)
    if error.err_code in accept:
        return None
    if error.err_code in NO_JETSTREAM or (error.code == NO_RESPONDERS and error.err_code == NO_RESPONDERS):
        raise ConfigurationError(
            "stream_url: the NATS server has no JetStream for us: start it with -js, or allow it for this account"
        )
    raise _Refused(error)
