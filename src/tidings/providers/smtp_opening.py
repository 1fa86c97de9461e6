"""Opening a connection to an SMTP server: TCP, TLS, EHLO, login; and in words, why it did not work."""

import asyncio
import socket
import ssl
from typing import cast

import aiosmtplib
import structlog

from tidings.messages import Reason, RetryLater, Undeliverable
from tidings.providers.smtp_connection import Offers, SmtpConnection
from tidings.providers.smtp_settings import SmtpSettings

log = structlog.get_logger(__name__)

_UPGRADE = {"auto": None, "require": True, "never": False}


def tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    """Make the TLS rules of these settings. Reads the system's authorities: some 10 ms, best in a thread.

    Raises `ssl.SSLError` when `ca_certificates` holds no certificate.
    """
    context = ssl.create_default_context(cadata=settings.ca_certificates or None)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def open_connection(
    settings: SmtpSettings, *, context: ssl.SSLContext, timeout_s: float
) -> SmtpConnection | RetryLater | Undeliverable:
    """Connect and log in, or say what is wrong. Nothing was sent, so all but a refused login may be tried again."""
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port_used,
        username=settings.username or None,
        password=settings.password if settings.username else None,
        local_hostname=settings.ehlo_hostname or _this_machine(),
        timeout=timeout_s,
        use_tls=settings.secure,
        start_tls=False if settings.secure else _UPGRADE[settings.starttls],
        tls_context=context,
    )
    try:
        async with asyncio.timeout(timeout_s):
            await client.connect()
            await _greet(client)
            return _taken_over(client, settings)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        return _why(error, settings)
    except BaseException:
        client.close()
        raise


async def _greet(client: aiosmtplib.SMTP) -> None:
    if client.is_ehlo_or_helo_needed:  # not yet, or not again since STARTTLS
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def _taken_over(client: aiosmtplib.SMTP, settings: SmtpSettings) -> SmtpConnection:
    # uvloop's transports are asyncio's in all but ancestry, so this is a cast and not an isinstance.
    transport = cast("asyncio.Transport | None", client.transport)
    if transport is None or transport.is_closing():
        raise aiosmtplib.SMTPServerDisconnected("the server hung up after the greeting")
    encrypted = transport.get_extra_info("sslcontext") is not None
    if settings.username and not encrypted and settings.host not in {"localhost", "127.0.0.1", "::1"}:
        log.warning("smtp.password_sent_unencrypted", server=settings.server)
    has = client.supports_extension
    offers = Offers(pipelining=has("pipelining"), size=has("size"), utf8=has("smtputf8"))
    return SmtpConnection(transport, offers, encrypted=encrypted)


def _why(error: Exception, settings: SmtpSettings) -> RetryLater | Undeliverable:
    """Say what went wrong in words of our own: a server's may repeat the user name, a library's the address."""
    server = settings.server
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) and error.__cause__ else error
    match cause:
        case aiosmtplib.SMTPAuthenticationError(code=code) if code >= 500:
            return Undeliverable(
                Reason.PROVIDER_ERROR, f"{server} refused the login ({code}): check the user name and the password"
            )
        case aiosmtplib.SMTPResponseException(code=code) if code > 0:
            return RetryLater(f"{server} answered {code} before any mail: it takes no mail now")
        case aiosmtplib.SMTPResponseException():
            return RetryLater(f"{server} does not answer as an SMTP server does: check host, port and TLS")
        case aiosmtplib.SMTPException() if not isinstance(cause, OSError):
            return _unoffered(cause, server)
    return RetryLater(_unreached(cause, server))


def _unreached(cause: BaseException, server: str) -> str:
    match cause:
        case ssl.SSLCertVerificationError():
            return (
                f"the certificate of {server} cannot be verified ({cause.verify_message}): give its authority "
                "(ca_certificates, ?ca=), or on a network you trust switch verification off (verify, ?verify=no)"
            )
        case ssl.SSLError():
            return f"TLS with {server} failed ({cause.reason}): check port, secure and starttls"
        case TimeoutError():
            return f"{server} did not answer in time"
        case OSError():
            return f"could not connect to {server}: {cause.strerror or 'the connection was lost'}"
    return f"could not connect to {server}: {type(cause).__name__}"


def _unoffered(error: aiosmtplib.SMTPException, server: str) -> RetryLater | Undeliverable:
    if "AUTH" in error.message or "authentication" in error.message:
        return Undeliverable(
            Reason.PROVIDER_ERROR,
            f"{server} offers no login we know: leave the user name empty, or use TLS",
        )
    if "STARTTLS" in error.message:
        return RetryLater(f"{server} does not offer STARTTLS, which is required: nothing is sent without")
    return RetryLater(f"could not connect to {server}: {type(error).__name__}")


def _this_machine() -> str:
    """Name this machine to a server: its own name when that is a full one, else an address literal (RFC 5321 §4.1.3).

    Not `socket.getfqdn`, which asks the network and may take long.
    """
    name = socket.gethostname()
    return name if "." in name and name.isascii() and not any(map(str.isspace, name)) else "[127.0.0.1]"
