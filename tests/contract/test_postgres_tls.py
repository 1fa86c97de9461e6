"""TLS to PostgreSQL: in front of the server stands one that speaks TLS as PostgreSQL does."""

import asyncio
import ssl
from urllib.parse import quote

import pytest
import trustme
from sqlalchemy import text

from tidings.backends.sql.database import Database
from tidings.errors import ConfigurationError, Unavailable

_SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
"""What a client sends first to ask for TLS; the answer is one letter (PostgreSQL's manual, "Message Flow")."""


class TlsLine:
    """A port behind which the server's is, in TLS. With `authority`, clients must show a certificate of it."""

    def __init__(self, port: int, certificate: trustme.LeafCert, authority: trustme.CA | None = None) -> None:
        self.port = 0
        self._to = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        if authority is not None:
            authority.configure_trust(self._context)
            self._context.verify_mode = ssl.CERT_REQUIRED
        self.refused = 0

    async def __aenter__(self):
        self._listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_failure):
        self._listener.close()
        await self._listener.wait_closed()

    async def _connected(self, reader, writer):
        there, away = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            if await reader.readexactly(8) != _SSL_REQUEST:
                self.refused += 1
                return
            writer.write(b"S")
            await writer.start_tls(self._context)
            await asyncio.wait(
                [asyncio.ensure_future(_pass_on(reader, away)), asyncio.ensure_future(_pass_on(there, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.refused += 1
        finally:
            for each in (writer, away):
                each.transport.abort()


async def _pass_on(reader, writer):
    while chunk := await reader.read(1 << 16):
        writer.write(chunk)
        await writer.drain()


@pytest.fixture(scope="module")
def authority():
    """Who signs certificates here."""
    return trustme.CA()


@pytest.fixture
def roots(authority, tmp_path):
    """The file that operators name as `sslrootcert`."""
    path = tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(path)
    return quote(str(path), safe="")


async def asked(url):
    """Connect and ask something."""
    database = Database.postgres(url)
    try:
        await database.check()
        async with database.read() as connection:
            return await connection.scalar(text("SELECT 1"))
    finally:
        await database.close()


def address(postgres_url, postgres_server, line, options):
    """Write the URL of the port in front."""
    return f"{postgres_url.replace(f':{postgres_server.port}/', f':{line.port}/')}?{options}"


async def test_a_server_with_the_right_certificate_is_spoken_to(postgres_server, postgres_url, authority, roots):
    """With `sslmode=verify-full` and the authority's file, everything goes through TLS."""
    async with TlsLine(postgres_server.port, authority.issue_cert("127.0.0.1")) as line:
        url = address(postgres_url, postgres_server, line, f"sslmode=verify-full&sslrootcert={roots}")
        assert await asked(url) == 1
        assert line.refused == 0


@pytest.mark.parametrize("wrong", ["name", "authority"])
async def test_a_server_with_a_wrong_certificate_is_not(postgres_server, postgres_url, authority, roots, wrong):
    """A certificate for another name, or of another authority, is refused before anything is said, by the setting."""
    signer = trustme.CA() if wrong == "authority" else authority
    certificate = signer.issue_cert("elsewhere.example" if wrong == "name" else "127.0.0.1")
    async with TlsLine(postgres_server.port, certificate) as line:
        url = address(postgres_url, postgres_server, line, f"sslmode=verify-full&sslrootcert={roots}")
        with pytest.raises(ConfigurationError, match=r"database_url cannot be used: the server's certificate"):
            await asked(url)


async def test_a_client_shows_its_certificate(postgres_server, postgres_url, authority, roots, tmp_path):
    """`sslcert` and `sslkey` name what the server asks for."""
    own = authority.issue_cert("tidings@shop.example")
    (certificate,) = own.cert_chain_pems
    certificate.write_to_path(tmp_path / "own.pem")
    own.private_key_pem.write_to_path(tmp_path / "own.key")
    files = f"sslcert={quote(str(tmp_path / 'own.pem'), safe='')}&sslkey={quote(str(tmp_path / 'own.key'), safe='')}"
    async with TlsLine(postgres_server.port, authority.issue_cert("127.0.0.1"), authority) as line:
        trusting = f"sslmode=verify-full&sslrootcert={roots}"
        assert await asked(address(postgres_url, postgres_server, line, f"{trusting}&{files}")) == 1
        with pytest.raises((ConfigurationError, Unavailable), match="database_url"):
            await asked(address(postgres_url, postgres_server, line, trusting))
