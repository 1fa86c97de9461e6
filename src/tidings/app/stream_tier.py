"""Which stream an installation has, and what wakes its processes: the tier that `stream_url` chooses."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.backends.sqlite.stream import SqliteStream
from tidings.backends.sqlite.wakeup import UnixWakeup
from tidings.config import Config
from tidings.errors import ConfigurationError
from tidings.ports import Roster, Stream, Wakeup

if TYPE_CHECKING:
    from tidings.backends.nats.address import NatsAddress


async def look_at_stream(config: Config) -> str:
    """Say how the stream of another server stands; change nothing. Raises as `open_stream` does."""
    if config.stream_url.partition(":")[0] in {"nats", "tls"}:
        return await _look_at_nats(config)
    from tidings.backends.postgres.stream import look  # noqa: PLC0415 other tiers need not load the driver

    url, setting = _postgres_url(config)
    partitions = await look(url, setting=setting)
    if partitions is None:
        return "PostgreSQL answers; the stream is not there yet: the first start makes it"
    return f"PostgreSQL answers; {partitions} partitions"


async def make_stream(config: Config) -> None:
    """Make the stream's tables where it lies in PostgreSQL; what stands, stays. Raises as `open_stream` does."""
    if (config.stream_url or config.database_url).partition(":")[0] in {"postgresql", "postgres"}:
        async with AsyncExitStack() as stack:
            await open_stream(config, stack)


async def open_stream(config: Config, stack: AsyncExitStack) -> tuple[Stream, Wakeup]:
    """Open both; the stack closes them.

    Raises `ConfigurationError` naming the setting, and `Unavailable` when what it names does not answer.
    """
    scheme = config.stream_url.partition(":")[0]
    if scheme in {"nats", "tls"}:
        return await _nats(config, stack)
    if scheme in {"postgresql", "postgres"} or (not scheme and config.database_url):
        return await _postgres(config, stack)
    if scheme:
        raise ConfigurationError("stream_url must be nats://, tls:// or postgresql://…; unset, it is beside the state")
    return await _embedded(config, stack)


def open_roster(config: Config, stack: AsyncExitStack) -> Roster | None:
    """Give workers sight of each other, where there may be several on several hosts; nothing is asked yet.

    Without a state database of PostgreSQL all workers are on one machine and write in turns: there is nothing to share.
    """
    if not config.database_url:
        return None
    from tidings.backends.postgres.roster import PostgresRoster  # noqa: PLC0415 other tiers need not load the driver

    roster = PostgresRoster(config.database_url)
    stack.push_async_callback(roster.close)
    return roster


async def _embedded(config: Config, stack: AsyncExitStack) -> tuple[Stream, Wakeup]:
    stream = await SqliteStream.open(config.data / "stream.db", file_bytes_max=config.stream_bytes_max)
    stack.push_async_callback(stream.close)
    wakeup = UnixWakeup.open(config.data)
    stack.push_async_callback(wakeup.close)
    return stream, wakeup


async def _postgres(config: Config, stack: AsyncExitStack) -> tuple[Stream, Wakeup]:
    from tidings.backends.postgres.stream import PostgresStream  # noqa: PLC0415 other tiers need not load the driver
    from tidings.backends.postgres.wakeup import PostgresWakeup  # noqa: PLC0415 as above

    url, setting = _postgres_url(config)
    stream = await PostgresStream.open(
        url, setting=setting, partitions=config.stream_partitions, bytes_max=config.stream_bytes_max
    )
    stack.push_async_callback(stream.close)
    wakeup = await PostgresWakeup.open(url, setting=setting)
    stack.push_async_callback(wakeup.close)
    return stream, wakeup


async def _nats(config: Config, stack: AsyncExitStack) -> tuple[Stream, Wakeup]:
    from tidings.backends.nats.connection import Connection  # noqa: PLC0415 other tiers need not load the client
    from tidings.backends.nats.stream import JetStream  # noqa: PLC0415 as above
    from tidings.backends.nats.wakeup import NatsWakeup  # noqa: PLC0415 as above

    connection = await Connection.open(_nats_address(config))
    stack.push_async_callback(connection.close)
    stream = await JetStream.open(connection, partitions=config.stream_partitions, bytes_max=config.stream_bytes_max)
    stack.push_async_callback(stream.close)
    wakeup = await NatsWakeup.open(connection)
    stack.push_async_callback(wakeup.close)
    return stream, wakeup


def _postgres_url(config: Config) -> tuple[str, str]:
    """Give the URL, and the setting that holds it."""
    return (config.stream_url, "stream_url") if config.stream_url else (config.database_url, "database_url")


async def _look_at_nats(config: Config) -> str:
    from tidings.backends.nats.connection import Connection  # noqa: PLC0415 other tiers need not load the client
    from tidings.backends.nats.stream_plan import find  # noqa: PLC0415 as above

    connection = await Connection.open(_nats_address(config))
    try:
        plan = await find(connection)
    finally:
        await connection.close()
    if plan is None:
        return "NATS answers; the stream is not there yet: the first start makes it"
    return f"NATS answers; stream {plan.name}, {plan.partitions} partitions, copies: {plan.replicas}"


def _nats_address(config: Config) -> "NatsAddress":
    from tidings.backends.nats.address import nats_address  # noqa: PLC0415 other tiers need not load the client

    return nats_address(
        config.stream_url,
        credentials=_file(config.stream_credentials),
        tls_ca=_file(config.stream_tls_ca),
        tls_cert=_file(config.stream_tls_cert),
        tls_key=_file(config.stream_tls_key),
    )


def _file(setting: str) -> Path | None:
    return Path(setting) if setting else None
