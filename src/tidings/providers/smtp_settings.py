"""What it takes to reach an SMTP server, from a form or from one URL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from tidings.errors import ConfigurationError
from tidings.providers.base import ProviderSettings, Secret, means

StartTls = Literal["auto", "require", "never"]

_Line = Annotated[str, msgspec.Meta(max_length=512, pattern=r"^[^\x00-\x1f\x7f]*$")]


class SmtpSettings(ProviderSettings, frozen=True, kw_only=True):
    """One account at one SMTP server. Of a URL: `smtp://user:pass@host:587?starttls=require`."""

    FIXED: ClassVar[frozenset[str]] = frozenset({"host", "port"})
    """Nothing keeps an SMTP server from being one of this network's own."""

    host: Annotated[
        str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[^\s/@]+$"), means("Name or address of the server.")
    ]
    port: Annotated[int, msgspec.Meta(ge=0, le=65535), means("The port; 0 is 465 when `secure` is on, else 587.")] = 0
    secure: Annotated[bool, means("TLS from the start (`smtps://`), instead of STARTTLS.")] = False
    username: Annotated[_Line, means("The login; empty logs nobody in.")] = ""
    password: Annotated[Secret, means("The password of the login.")] = ""
    from_address: Annotated[
        _Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    starttls: Annotated[
        StartTls,
        means("`auto` encrypts when the server offers it, `require` sends nothing without, `never` does not ask."),
    ] = "auto"
    verify: Annotated[
        bool, means("Off takes any certificate: for servers with a self-signed one on a network that you trust.")
    ] = True
    ca_certificates: Annotated[
        str,
        msgspec.Meta(max_length=262_144, extra={"multiline": True}),
        means("PEM of the authorities to trust instead of the system's."),
    ] = ""
    ehlo_hostname: Annotated[
        str,
        msgspec.Meta(max_length=253, pattern=r"^[A-Za-z0-9.:\[\]_-]*$"),
        means("How we introduce ourselves; empty is this machine's name."),
    ] = ""
    connections_max: Annotated[
        int, msgspec.Meta(ge=1, le=64), means("Connections that are open at once, 64 at most.")
    ] = 8
    timeout_s: Annotated[
        float,
        msgspec.Meta(gt=0, le=600),
        means("Seconds for waiting for a connection, opening it and offering the mail, together."),
    ] = 20
    answer_timeout_s: Annotated[
        float,
        msgspec.Meta(gt=0, le=600),
        means(
            "Seconds for the answer to a mail's body; with `timeout_s` less than the 60 for which a worker holds it."
        ),
    ] = 30

    @property
    def port_used(self) -> int:
        """The port, or the usual one."""
        return self.port or (465 if self.secure else 587)

    @property
    def server(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port_used}"

    @classmethod
    def respelled(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Also take `auth: {user, pass}`, `user`, `pass` and `from`, as Courier's SMTP settings are written."""
        ours = super().respelled(settings)
        auth = ours.pop("auth", None)
        theirs = {**ours, **auth} if isinstance(auth, dict) else ours
        for old, new in (("user", "username"), ("pass", "password"), ("from", "from_address")):
            if old in theirs:
                theirs.setdefault(new, theirs.pop(old))
        return theirs


_SWITCHES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SHAPE = "smtp://user:password@host:port, or smtps:// for TLS from the start"


def smtp_settings_from_url(url: str) -> SmtpSettings:
    """Read `smtp://` or `smtps://`; user and password are percent-encoded.

    The query takes `starttls=auto|require|never`, `verify=no`, `ca=/path.pem`, `ehlo=name`, `connections=8` and
    `timeout=20` (seconds). Raises `ConfigurationError`, which never quotes the URL: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError:
        raise ConfigurationError(f"TIDINGS_SMTP_URL cannot be read: write {_SHAPE}") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ConfigurationError(f"TIDINGS_SMTP_URL must look like {_SHAPE}")
    values: dict[str, Any] = {
        "host": parts.hostname,
        "port": port,
        "secure": parts.scheme == "smtps",
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        values |= _query_setting(name, value)
    try:
        return msgspec.convert(values, SmtpSettings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"TIDINGS_SMTP_URL: {error}") from None


def _query_setting(name: str, value: str) -> dict[str, Any]:
    match name:
        case "starttls" if value in {"auto", "require", "never"}:
            return {"starttls": value}
        case "verify" if value in _SWITCHES:
            return {"verify": _SWITCHES[value]}
        case "ca":
            return {"ca_certificates": _pem(Path(value))}
        case "ehlo":
            return {"ehlo_hostname": value}
        case "connections":
            return {"connections_max": value}
        case "timeout":
            return {"timeout_s": value}
        case _:
            raise ConfigurationError(
                f"TIDINGS_SMTP_URL has an odd {name!r}: known are starttls=auto|require|never, verify=yes|no, ca, "
                "ehlo, connections and timeout"
            )


def _pem(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"TIDINGS_SMTP_URL names ca={path}, which cannot be read: {error}") from None
