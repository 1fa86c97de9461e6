"""How a PostgreSQL database is reached. The driver reads the URL itself: hosts, TLS and all."""

import ssl
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from tidings.backends.sql.engines import Engines
from tidings.backends.sql.postgres_outage import misfit, outage
from tidings.errors import ConfigurationError

# Connections of one process: ten at most, opened when they are needed. A server takes a hundred by default.
_READERS = 4
_WRITERS = 4
_REPLAYABLE = 2

_CONNECT_S = 10
_VERSION_MIN = 15
_STATEMENT_S = 60  # the longest of ours takes well under a second; whatever takes a minute is stuck
_CONFIGURE = (
    f"SET statement_timeout = '{_STATEMENT_S}s'; "
    "SET lock_timeout = '10s'; "  # who holds a row so long is as good as dead
    f"SET idle_in_transaction_session_timeout = '{_STATEMENT_S}s'; "  # a worker that is cut off holds no row for ever
    "SET jit = off"  # our statements are short: compiling them takes longer than running them
)
_INDEXES_ONLY = (
    "; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off"
)
_EXAMPLE = "write postgresql://user:password@host:5432/database, with percent signs for special characters"


def postgres_engines(url: str) -> Engines:
    """Prepare to connect; nothing is asked of the network yet. Raises `ConfigurationError` for what is no such URL."""
    check_url(url)
    return Engines(
        readers=_engine(url, size=_READERS, isolation_level="REPEATABLE READ"),
        writer=_engine(url, size=_WRITERS),
        replayable=_engine(
            url, size=_REPLAYABLE, begin="SET LOCAL synchronous_commit TO off", configure=_CONFIGURE + _INDEXES_ONLY
        ),
        outage=outage,
        misfit=misfit,
        renewed=True,
    )


def check_url(url: str) -> None:
    """Raise `ConfigurationError` when this is no URL of a PostgreSQL database. Never quotes it: it holds a password."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"postgresql", "postgres"}
        parse_qs(parts.query, strict_parsing=bool(parts.query))
        for host in parts.netloc.rpartition("@")[2].split(","):
            port = host.rpartition("]")[2].rpartition(":")[2] if ":" in host else ""
            known = known and (not port or (port.isascii() and port.isdigit()))
        known = known and parts.netloc.count("@") <= 1 and not parts.fragment
    except ValueError:
        known = False
    if not known:
        raise ConfigurationError(f"database_url is not the URL of a PostgreSQL database: {_EXAMPLE}") from None


async def connect(url: str, configure: str = _CONFIGURE) -> Any:
    """Open one connection, to the server that takes writes if there are several."""
    wanted = {} if "target_session_attrs" in url else {"target_session_attrs": "read-write"}
    try:
        connection = await asyncpg.connect(
            url, timeout=_CONNECT_S, server_settings={"application_name": "tidings"}, **cast("dict[str, Any]", wanted)
        )
    except (asyncpg.exceptions.ClientConfigurationError, FileNotFoundError, ValueError) as error:
        raise ConfigurationError(f"database_url cannot be used: {_words(error)}") from None
    if connection.get_server_version().major < _VERSION_MIN:
        connection.terminate()
        raise ConfigurationError(f"database_url names a server older than PostgreSQL {_VERSION_MIN}: update it")
    try:
        await connection.execute(configure)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _engine(
    url: str, *, size: int, begin: str = "", configure: str = _CONFIGURE, isolation_level: str = "READ COMMITTED"
) -> AsyncEngine:
    engine = create_async_engine(
        "postgresql+asyncpg://",  # the driver has the true one
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # an error that is logged tells the statement, never what users wrote
        async_creator=partial(connect, url, configure),
        isolation_level=isolation_level,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def look(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():  # the server ended it while nobody used it
            raise DisconnectionError

    if begin:

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Any) -> None:
            connection.exec_driver_sql(begin)

    return engine


def _words(error: Exception) -> str:
    """Say what the driver found wrong, unless it may have quoted the password."""
    if isinstance(error, ssl.SSLCertVerificationError):  # a ValueError, too
        return f"the server's certificate is refused ({error.verify_message}): name its authority's file as sslrootcert"
    if isinstance(error, asyncpg.exceptions.ClientConfigurationError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"there is no file {error.filename}"
    return _EXAMPLE
