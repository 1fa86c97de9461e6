"""Every setting, in one table: name, default, meaning. TOML ← environment ← command line; unset is not default."""

import contextlib
import os
import re
import secrets as random
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tidings.errors import ConfigurationError

_ISSUER = r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[^\s?#]*)?"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """How this installation runs. `docs/reference/configuration.md` is checked against this table."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on; 0 takes a free one."""
    data: Path = Path("tidings-data")
    """Folder of the embedded tier's files and of generated secrets."""
    database_url: str = ""
    """Where state lives: `postgresql://user:password@host:5432/database`; empty is SQLite in the data folder."""
    stream_url: str = ""
    """Where the stream of calls lives; empty is beside the state."""
    stream_partitions: int = 16
    """Into how many parts a new stream on PostgreSQL or NATS is cut; a stream that stands keeps its number."""
    stream_bytes_max: int = 0
    """How large the stream may grow before calls are refused; 0 leaves it to the disk."""
    stream_credentials: str = ""
    """File with which NATS lets us in: `.creds`, or the seed of an nkey."""
    stream_tls_ca: str = ""
    """File of the certificates that NATS servers are checked against; it switches TLS on."""
    stream_tls_cert: str = ""
    """File of the certificate that NATS servers want to see."""
    stream_tls_key: str = ""
    """File of its private key."""
    api_key: str = ""
    """API key of the first workspace's production environment; made and kept in the data folder when unset."""
    write_key: str = ""
    """Write key of the first source of that environment; made when unset."""
    secret_key: str = ""
    """Encrypts provider secrets; made and kept (mode 0600) in the data folder when unset."""
    smtp_url: str = ""
    """`smtp://user:pass@host:port` switches the SMTP provider on.

    `smtps://` is TLS from the start; `?starttls=require` or `never` instead of when offered.
    """
    email_from: str = "tidings <tidings@localhost>"
    """Sender of emails whose template or provider names none."""
    public_url: str = ""
    """Where the outside reaches this installation, such as `https://tidings.example.com`.

    Providers report there, and links of emails lead by way of it.
    """
    private_urls: bool = False
    """Let providers call URLs that lead into this machine's own networks, when somebody outside named them."""
    test_delivery: str = "simulate"
    """`simulate` ends messages of test environments in the outbox; `deliver` sends them like any other."""
    html_scripts: bool = False
    """Keep scripts and event handlers in `html` elements of templates; otherwise they are taken out."""
    strict_write_keys: bool = False
    """Answer 401 to unknown write keys instead of Segment's 200 (segment.md §8-D1)."""
    trusted_proxies: str = ""
    """Addresses and networks, separated by commas, whose `X-Forwarded-For` and `-Proto` are believed."""
    analytics_js: str = ""
    """Folder of another analytics.js than the one that comes along, as npm ships it (`…/analytics-next/dist/umd`)."""
    dedup_hours: int = 24
    """How long a `messageId` is remembered at least; 24 to 168."""
    allow_private_destinations: bool = False
    """Let destinations' URLs lead into private networks and to this machine."""
    events_days: int = 0
    """How many days inbound events are kept at least; 0 keeps them for ever."""
    messages_days: int = 0
    """How many days messages are kept, with their history, once they have ended; 0 keeps them for ever."""
    audit_days: int = 365
    """How many days the audit log is kept; 0 keeps it for ever."""
    oidc_issuer: str = ""
    """Issuer of OpenID Connect by which people sign in to Studio, such as `https://accounts.example.com`."""
    oidc_client_id: str = ""
    """What this installation is called at that issuer."""
    oidc_client_secret: str = ""
    """Its secret there; empty for a public client."""
    oidc_name: str = ""
    """What the sign-in page calls the issuer; empty is its host."""
    oidc_allowed_domains: str = ""
    """Domains of email addresses that may come by it, separated by commas; empty is any."""
    oidc_newcomers: str = ""
    """Role of whoever comes by it without an invitation; empty lets in only who has an account."""
    password_sign_in: bool = True
    """Let people sign in to Studio with a password; needs `oidc_issuer` to be switched off."""
    historical_after_hours: int = 72
    """Calls whose timestamp is older start no notification."""
    follower_hold_hours: int = 24
    """How long the stream keeps what a destination cannot take; then it is skipped, and counted."""
    archive: str = ""
    """Where calls are kept for good, as Parquet files: a folder, or a URL as `s3://bucket/path`; empty keeps none."""
    archive_days: int = 0
    """How many days archived calls are kept; 0 keeps them for ever."""
    assets: str = ""
    """Where uploaded pictures are kept: a folder, or a URL as `s3://bucket/path`; empty is in the data folder."""
    claim_s: int = 60
    """How long a worker may hold a message before another may take it over."""
    log_format: str = "auto"
    """`json`, `console`, or `auto`: console on a terminal."""
    log_level: str = "info"
    """`debug`, `info`, `warning` or `error`."""

    def __post_init__(self) -> None:
        """Check what types cannot say."""
        _require(0 <= self.port <= 65535, "port", self.port, "0 to 65535")
        _require(1 <= self.stream_partitions <= 256, "stream_partitions", self.stream_partitions, "1 to 256")
        least = 64 * 1024 * 1024
        _require(
            self.stream_bytes_max == 0 or self.stream_bytes_max >= least,
            "stream_bytes_max",
            self.stream_bytes_max,
            f"0, or {least} (64 MiB) and more",
        )
        _require(24 <= self.dedup_hours <= 168, "dedup_hours", self.dedup_hours, "24 to 168")
        _require(self.events_days >= 0, "events_days", self.events_days, "0 or more")
        _require(self.messages_days >= 0, "messages_days", self.messages_days, "0 or more")
        _require(self.audit_days >= 0, "audit_days", self.audit_days, "0 or more")
        _require(self.historical_after_hours >= 1, "historical_after_hours", self.historical_after_hours, "1 or more")
        _require(self.follower_hold_hours >= 1, "follower_hold_hours", self.follower_hold_hours, "1 or more")
        _require(self.archive_days >= 0, "archive_days", self.archive_days, "0 or more")
        _require(self.claim_s >= 1, "claim_s", self.claim_s, "1 or more")
        _require(
            self.test_delivery in {"simulate", "deliver"}, "test_delivery", self.test_delivery, "simulate or deliver"
        )
        _require(
            not self.public_url or bool(re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", self.public_url)),
            "public_url",
            self.public_url,
            "empty, or an http or https URL without query",
        )
        _require(
            not self.oidc_issuer or bool(re.fullmatch(_ISSUER, self.oidc_issuer)),
            "oidc_issuer",
            self.oidc_issuer,
            "empty, or an https URL without query (http on this machine alone)",
        )
        _require(not self.oidc_issuer or bool(self.oidc_client_id), "oidc_client_id", "", "set beside oidc_issuer")
        _require(
            self.password_sign_in or bool(self.oidc_issuer),
            "password_sign_in",
            self.password_sign_in,
            "on where no oidc_issuer is set",
        )
        _require(self.log_format in {"auto", "json", "console"}, "log_format", self.log_format, "auto, json or console")
        _require(self.log_level in {"debug", "info", "warning", "error"}, "log_level", self.log_level, "debug … error")

    def __repr__(self) -> str:
        """Show no keys: a repr ends up in logs."""
        return f"Config(host={self.host!r}, port={self.port}, data={str(self.data)!r})"


def _require(ok: bool, name: str, value: object, allowed: str) -> None:  # noqa: FBT001
    if not ok:
        raise ConfigurationError(f"{name} must be {allowed}, got {value!r}")


def load(overrides: Mapping[str, Any] | None = None, *, environ: Mapping[str, str] | None = None) -> Config:
    """Gather settings: `tidings.toml` in the working folder (or `TIDINGS_CONFIG`), `TIDINGS_*`, then `overrides`.

    Overrides that are None count as unset. Raises `ConfigurationError` naming the setting.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    path = Path(environ.get("TIDINGS_CONFIG") or "tidings.toml")
    if path.exists():
        try:
            values |= tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path} is not valid TOML: {error}") from error
    elif environ.get("TIDINGS_CONFIG"):
        raise ConfigurationError(f"TIDINGS_CONFIG names {path}, which does not exist")
    names = set(Config.__struct_fields__)
    for name in names:
        if text := environ.get(f"TIDINGS_{name.upper()}"):
            values[name] = text
    values |= {name: value for name, value in (overrides or {}).items() if value is not None}
    if unknown := sorted(values.keys() - names):
        raise ConfigurationError(f"unknown setting {unknown[0]!r} in {path}; known are {', '.join(sorted(names))}")
    try:
        return msgspec.convert(values, Config, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"a setting is wrong: {error}") from error


def _path(_kind: type, value: Any) -> Path:
    return Path(value)  # the one kind of value that msgspec does not know; what is no path is a TypeError


def kept_secret(data: Path, name: str, make: str = "") -> str:
    """Read a secret kept in the data folder (mode 0600), making it on first use.

    `make` is its prefix; 43 random characters follow.
    """
    path = data / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep(path, make + random.token_urlsafe(32))
        return path.read_text().strip()


def _keep(path: Path, secret: str) -> None:
    """Put a secret in its place whole, unless another process was faster: then that one's stands."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)  # noqa: PTH108 mkstemp speaks in strings
