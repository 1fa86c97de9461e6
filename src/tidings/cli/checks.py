"""What `tidings doctor` looks at. A check changes nothing, and says what to do when it finds something."""

import asyncio
import http.client
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from tidings.app.installation import open_database
from tidings.backends.sql.migrate import HEAD, current
from tidings.cli.serving import busy
from tidings.cli.studio import browsable_host
from tidings.config import Config
from tidings.errors import ConfigurationError, TidingsError
from tidings.providers.base import Account, Check
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import smtp_settings_from_url

_FREE_BYTES_MIN = 256 * 1024 * 1024
_BUILT_AT_S = 1_767_225_600  # 2026-01-01: no clock that is right shows less
_SKEW_MAX_S = 5
_ANSWER_S = 2


class Finding(msgspec.Struct, frozen=True):
    """What one check found."""

    name: str
    ok: bool
    detail: str


Look = Callable[[Config], Finding]


def configuration(config: Config) -> Finding:
    """The settings were read before this check runs; say which installation they mean."""
    return Finding("configuration", ok=True, detail=f"data in {config.data.resolve()}, port {config.port}")


def data_folder(config: Config) -> Finding:
    """The folder can be written, has room, and is nobody else's business."""
    name, folder = "data folder", config.data
    if not folder.exists():
        return Finding(name, ok=True, detail="not there yet: the first start makes it")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tidings")
    except OSError as error:
        return Finding(name, ok=False, detail=f"cannot be written ({error.strerror}): give this user the folder")
    free = shutil.disk_usage(folder).free
    if free < _FREE_BYTES_MIN:
        return Finding(name, ok=False, detail=f"only {free >> 20} MiB are free: make room, or accept will answer 503")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Finding(name, ok=False, detail=f"others can look into it: chmod 700 {folder}")
    return Finding(name, ok=True, detail=f"writable, {free >> 30} GiB free")


def secrets(config: Config) -> Finding:
    """Kept secrets can be read by their owner alone."""
    name = "secrets"
    kept = sorted(config.data.glob("*-key"))
    for path in kept:
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            return Finding(name, ok=False, detail=f"others can read {path.name}: chmod 600 {path}")
    if config.secret_key:
        return Finding(name, ok=True, detail="TIDINGS_SECRET_KEY is set")
    return Finding(name, ok=True, detail=f"{len(kept)} kept in the data folder, mode 0600")


def database(config: Config) -> Finding:
    """The state can be read, and has this version's tables."""
    name, path = "database", config.data / "state.db"
    if config.database_url:
        try:
            revision = asyncio.run(_revision(config))
        except (ConfigurationError, TidingsError) as error:
            return Finding(name, ok=False, detail=str(error))
        if revision is None:
            return Finding(name, ok=True, detail="reachable, without a table yet: the first start makes them")
    elif not path.exists():
        return Finding(name, ok=True, detail="not there yet: the first start makes it")
    else:
        try:
            with closing(_opened(path)) as connection:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error as error:
            return Finding(name, ok=False, detail=f"cannot be read ({error}): restore it from a backup")
        revision = row[0] if row else "none"
    if revision != HEAD:
        what = f"is at revision {revision}, and this version needs {HEAD}"
        return Finding(name, ok=False, detail=f"{what}: tidings migrate brings it up; if it is newer, update tidings")
    return Finding(name, ok=True, detail=f"reachable, at revision {revision}")


async def _revision(config: Config) -> str | None:
    opened = open_database(config)
    try:
        await opened.check()
        return await current(opened)
    finally:
        await opened.close()


def stream(config: Config) -> Finding:
    """The stream could take a call now: its server answers, or its lock can be had. Nothing is written."""
    name, path = "stream", config.data / "stream.db"
    if config.stream_url or config.database_url:
        return _server_stream(name, config)
    if not path.exists():
        return Finding(name, ok=True, detail="not there yet: the first start makes it")
    try:
        with closing(_opened(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return Finding(name, ok=False, detail=f"cannot be written ({error}): look at the disk and the file's owner")
    return Finding(name, ok=True, detail="writable")


def delivery(config: Config) -> Finding:
    """Messages may be sent: nobody holds them, and no copy waits to be released."""
    name, path = "delivery", config.data / "state.db"
    if config.database_url:
        return Finding(name, ok=True, detail="ask the running server: /health/ready says when it is held")
    if not path.exists():
        return Finding(name, ok=True, detail="not there yet: the first start makes it")
    try:
        with closing(_opened(path)) as connection:
            row = connection.execute("SELECT held_because FROM installation WHERE held_at IS NOT NULL").fetchone()
    except sqlite3.Error:  # the database check says what is wrong
        return Finding(name, ok=True, detail="not known, see database")
    if row:
        return Finding(name, ok=False, detail=f"held, nothing is sent: {row[0]}. tidings release lets messages go")
    return Finding(name, ok=True, detail="messages may be sent")


def _server_stream(name: str, config: Config) -> Finding:
    from tidings.app.stream_tier import look_at_stream  # noqa: PLC0415 the embedded tier's doctor stays light

    try:
        return Finding(name, ok=True, detail=asyncio.run(look_at_stream(config)))
    except (ConfigurationError, TidingsError) as error:
        return Finding(name, ok=False, detail=str(error))


def smtp(config: Config) -> Finding:
    """The SMTP server lets us in."""
    name = "smtp"
    if not config.smtp_url:
        return Finding(name, ok=True, detail="TIDINGS_SMTP_URL is not set: without another provider, mail stays here")
    check = asyncio.run(_log_in(config))
    return Finding(name, ok=check.ok, detail=check.detail)


async def _log_in(config: Config) -> Check:
    provider = Smtp(smtp_settings_from_url(config.smtp_url), Account(email_from=config.email_from))
    try:
        return await provider.check()
    finally:
        await provider.close()


def clock(config: Config) -> Finding:
    """The clock is near the truth, and agrees with the file system's."""
    name, now = "clock", time.time()
    if now < _BUILT_AT_S:
        return Finding(name, ok=False, detail="is years behind: set the time, best by NTP")
    if config.data.exists():
        with tempfile.NamedTemporaryFile(dir=config.data) as file:
            skew = abs(Path(file.name).stat().st_mtime - now)
        if skew > _SKEW_MAX_S:
            return Finding(name, ok=False, detail=f"differs from the file system's by {skew:.0f} s: synchronise both")
        newest = max((path.stat().st_mtime for path in config.data.iterdir()), default=now)
        if newest - now > _SKEW_MAX_S:
            return Finding(name, ok=False, detail="is behind files written earlier: it was set back, set it right")
    return Finding(name, ok=True, detail="agrees with the file system's")


def port(config: Config) -> Finding:
    """The port is free, or it is tidings that has it."""
    name = "port"
    if not (problem := busy(config.host, config.port)):
        return Finding(name, ok=True, detail=f"{config.port} is free")
    if _is_ours(browsable_host(config.host), config.port):
        return Finding(name, ok=True, detail=f"tidings answers on {config.port}")
    return Finding(name, ok=False, detail=problem)


def _is_ours(host: str, number: int) -> bool:
    connection = http.client.HTTPConnection(host, number, timeout=_ANSWER_S)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5, isolation_level=None)


CHECKS: tuple[Look, ...] = (configuration, data_folder, secrets, database, stream, delivery, smtp, clock, port)
"""In the order in which a person would mend them."""
