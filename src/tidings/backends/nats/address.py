"""Where the NATS servers are, and how to get in."""

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from tidings.errors import ConfigurationError

SCHEMES = ("nats", "tls")
_NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_REPLICAS = (0, 1, 3, 5)


class NatsAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The servers of one cluster and what they want to see."""

    servers: tuple[str, ...]
    """`nats://host:port` each, without user and password."""
    name: str = "tidings"
    """Of the stream, and the first word of all its subjects: installations on one cluster differ by it."""
    replicas: int = 0
    """How many servers keep each entry; 0 is three in a cluster, and one on a server that stands alone."""
    user: str = ""
    password: str = ""
    token: str = ""
    credentials: Path | None = None
    """A `.creds` file, or a file that holds an nkey's seed."""
    is_tls: bool = False
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def __repr__(self) -> str:
        """Show no secrets."""
        return f"NatsAddress({self.shown})"

    @property
    def shown(self) -> str:
        """Name the servers, for people."""
        return ", ".join(server.partition("://")[2] for server in self.servers)

    def login(self) -> dict[str, Any]:
        """Give what the client is to send, in its words. Raises `ConfigurationError` when the file is neither kind."""
        if self.credentials is not None:
            return _login_by_file(self.credentials)
        if self.token:
            return {"token": self.token}
        return {"user": self.user, "password": self.password} if self.user else {}

    def tls(self) -> ssl.SSLContext | None:
        """Make the context of TLS; None when nothing asks for it. Raises `ConfigurationError` naming the setting."""
        if not self.is_tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.tls_ca)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"stream_tls_ca names {self.tls_ca}, which is no file of certificates: {error}"
            ) from error
        if self.tls_cert is not None:
            try:
                context.load_cert_chain(self.tls_cert, self.tls_key)
            except (OSError, ssl.SSLError) as error:
                raise ConfigurationError(f"stream_tls_cert and stream_tls_key do not fit: {error}") from error
        return context


def nats_address(
    url: str,
    *,
    credentials: Path | None = None,
    tls_ca: Path | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
) -> NatsAddress:
    """Read `nats://[user:password@]a:4222,b:4222,c:4222[?name=tidings&replicas=3]`; `tls://` insists on TLS.

    One word before the `@` is a token. Raises `ConfigurationError`, which never quotes what may be a secret.
    """
    text, _, query = url.partition("?")
    scheme = urlsplit(text).scheme
    parts = [_server(part if "://" in part else f"{scheme}://{part}") for part in text.split(",") if part.strip()]
    if not parts:
        raise ConfigurationError("stream_url names no server; write nats://host:4222, or several behind commas")
    options = _options(query)
    who = next((part for part in parts if part.username is not None), parts[0])
    user, password = unquote(who.username or ""), unquote(who.password or "")
    return NatsAddress(
        servers=tuple(f"nats://{_host(part)}:{part.port or 4222}" for part in parts),
        name=options["name"],
        replicas=int(options["replicas"]),
        user=user if who.password is not None else "",
        password=password,
        token=user if who.password is None else "",
        credentials=credentials,
        is_tls=any(part.scheme == "tls" for part in parts) or tls_ca is not None or tls_cert is not None,
        tls_ca=tls_ca,
        tls_cert=tls_cert,
        tls_key=tls_key,
    )


def _server(text: str) -> SplitResult:
    try:
        part = urlsplit(text.strip())
        _ = part.port
    except ValueError as error:
        raise ConfigurationError("stream_url has a server whose port is no number from 1 to 65535") from error
    if part.scheme not in SCHEMES or not part.hostname:
        raise ConfigurationError("stream_url must be nats://host:4222 or tls://host:4222, several behind commas")
    if part.path not in {"", "/"}:
        raise ConfigurationError("stream_url has a path, which NATS does not know; the stream is named by ?name=")
    return part


def _host(part: SplitResult) -> str:
    return f"[{part.hostname}]" if ":" in (part.hostname or "") else str(part.hostname)


def _options(query: str) -> dict[str, str]:
    options = {"name": "tidings", "replicas": "0"}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in options:
            raise ConfigurationError(f"stream_url has the option {key!r}; known are name and replicas")
        options[key] = value
    if not options["name"] or not set(options["name"]) <= _NAME_LETTERS or len(options["name"]) > 32:
        raise ConfigurationError("stream_url: name must be 1 to 32 letters, digits, - or _")
    if options["replicas"] not in map(str, _REPLICAS):
        raise ConfigurationError("stream_url: replicas must be 1, 3 or 5; 0 leaves it to the cluster")
    return options


def _login_by_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("ascii", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"stream_credentials names {path}, which cannot be read: {error.strerror}") from error
    if "BEGIN NATS USER JWT" in text and "BEGIN USER NKEY SEED" in text:
        return {"user_credentials": str(path)}
    if text.strip().startswith("SU"):
        return {"nkeys_seed": str(path)}
    raise ConfigurationError(f"stream_credentials names {path}, which is neither a .creds file nor a user's nkey seed")
