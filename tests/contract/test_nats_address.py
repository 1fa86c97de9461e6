"""How NATS servers are reached: addresses, TLS, and every way of signing in, on real servers."""

import base64
import hashlib
import json
import secrets
import time
from contextlib import contextmanager
from ipaddress import ip_address

import nkeys
import pytest
import trustme

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.stream import JetStream
from tidings.errors import ConfigurationError
from tidings.records import Append
from tidings.testing.nats_server import NatsServers

APPEND = Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=b"x")


@contextmanager
def a_server(settings, **options):
    """Run a server with these settings."""
    servers = NatsServers(1, settings=settings, **options)
    try:
        servers.start()
        yield servers.ports[0]
    finally:
        servers.close()


async def works(url, **files):
    """Keep an entry in a stream, and tell whether it is read."""
    stream = await JetStream.open(nats_address(url, **files), partitions=1)
    await stream.append([APPEND])
    found = await stream.read(0, 0, count_max=10)
    await stream.close()
    return len(found) == 1


def test_several_servers_are_read():
    """Servers stand behind commas, each with its port or NATS's own; the way in is written once."""
    address = nats_address("nats://ann:se%40cret@a:1,b,nats://[::1]:3?name=shop&replicas=3")
    assert address.servers == ("nats://a:1", "nats://b:4222", "nats://[::1]:3")
    assert (address.user, address.password, address.token) == ("ann", "se@cret", "")
    assert (address.name, address.replicas, address.is_tls) == ("shop", 3, False)
    assert nats_address("tls://t0ken@a").token == "t0ken"
    assert nats_address("tls://a").is_tls


def test_addresses_keep_their_secrets():
    """Neither how an address is shown nor its repr holds a password or a token."""
    for url in ("nats://ann:hidden@a", "nats://hidden@a"):
        address = nats_address(url)
        assert "hidden" not in f"{address!r} {address.shown}"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("nats://", "host"),
        ("nats:///", "host"),
        ("http://a", "nats://"),
        ("nats://a,http://b", "nats://"),
        ("nats://a:99999", "port"),
        ("nats://a:x", "port"),
        ("nats://a/b", "path"),
        ("nats://a?colour=red", "colour"),
        ("nats://a?name=", "name"),
        ("nats://a?name=a.b", "name"),
        ("nats://a?replicas=2", "replicas"),
    ],
)
def test_wrong_addresses_are_refused(url, word):
    """A wrong address names the setting and what is wrong with it, and never quotes a secret."""
    with pytest.raises(ConfigurationError, match="stream_url") as refused:
        nats_address(url.replace("://a", "://ann:hidden@a"))
    assert word in str(refused.value)
    assert "hidden" not in str(refused.value)


async def test_user_and_password():
    """The right password is let in; a wrong one, or none, is a wrong setting that is named."""
    with a_server('authorization { user: ann, password: "se@cret" }') as port:
        assert await works(f"nats://ann:se%40cret@127.0.0.1:{port}")
        for url in (f"nats://ann:wrong@127.0.0.1:{port}", f"nats://127.0.0.1:{port}"):
            with pytest.raises(ConfigurationError, match=r"stream_url.*does not let us in"):
                await works(url)


async def test_token():
    """A token is what stands before the @ alone."""
    with a_server("authorization { token: t0ken }") as port:
        assert await works(f"nats://t0ken@127.0.0.1:{port}")
        with pytest.raises(ConfigurationError, match="does not let us in"):
            await works(f"nats://another@127.0.0.1:{port}")


def a_key(prefix):
    """Draw a key pair and tell its seed."""
    seed = nkeys.encode_seed(secrets.token_bytes(32), prefix)
    return nkeys.from_seed(bytearray(seed)), seed


async def test_nkey(tmp_path):
    """A file with the seed of an nkey opens a server that knows its public half."""
    key, seed = a_key(nkeys.PREFIX_BYTE_USER)
    _, stranger = a_key(nkeys.PREFIX_BYTE_USER)
    (tmp_path / "seed").write_bytes(seed + b"\n")
    (tmp_path / "stranger").write_bytes(stranger)
    with a_server(f"authorization {{ users: [ {{ nkey: {key.public_key.decode()} }} ] }}") as port:
        assert await works(f"nats://127.0.0.1:{port}", credentials=tmp_path / "seed")
        with pytest.raises(ConfigurationError, match=r"does not let us in.*stream_credentials"):
            await works(f"nats://127.0.0.1:{port}", credentials=tmp_path / "stranger")


def a_token(issuer, subject, name, nats):
    """Sign a JWT as NATS's own tools do."""

    def words(content):
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=")

    claims = {
        "iat": int(time.time()),
        "iss": issuer.public_key.decode(),
        "sub": subject.public_key.decode(),
        "name": name,
        "nats": {"version": 2, **nats},
    }
    claims["jti"] = base64.b32encode(hashlib.sha256(json.dumps(claims).encode()).digest()).decode().rstrip("=")
    body = words({"typ": "JWT", "alg": "ed25519-nkey"}) + b"." + words(claims)
    return (body + b"." + base64.urlsafe_b64encode(issuer.sign(body)).rstrip(b"=")).decode()


async def test_credentials_file(tmp_path):
    """A .creds file opens a server that trusts its operator."""
    operator, _ = a_key(nkeys.PREFIX_BYTE_OPERATOR)
    account, _ = a_key(nkeys.PREFIX_BYTE_ACCOUNT)
    system, _ = a_key(nkeys.PREFIX_BYTE_ACCOUNT)
    user, seed = a_key(nkeys.PREFIX_BYTE_USER)
    unbounded = dict.fromkeys(("subs", "data", "payload", "conn", "leaf", "imports", "exports"), -1)
    storage = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
    top = a_token(operator, operator, "O", {"type": "operator", "system_account": system.public_key.decode()})
    tenant = a_token(operator, account, "A", {"type": "account", "limits": {**unbounded, **storage, "wildcards": True}})
    root = a_token(operator, system, "SYS", {"type": "account", "limits": {**unbounded, "wildcards": True}})
    jwt = a_token(account, user, "U", {"type": "user", "subs": -1, "data": -1, "payload": -1})
    (tmp_path / "user.creds").write_text(
        f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{seed.decode()}\n------END USER NKEY SEED------\n"
    )
    accounts = f"{account.public_key.decode()}: {tenant}, {system.public_key.decode()}: {root}"
    settings = (
        f"operator: {top}\nsystem_account: {system.public_key.decode()}\n"
        f"resolver: MEMORY\nresolver_preload: {{ {accounts} }}"
    )
    with a_server(settings) as port:
        assert await works(f"nats://127.0.0.1:{port}", credentials=tmp_path / "user.creds")
        with pytest.raises(ConfigurationError, match="does not let us in"):
            await works(f"nats://127.0.0.1:{port}")


async def test_wrong_credential_files_are_told(tmp_path):
    """A file of credentials that is missing or holds something else is named with its setting."""
    (tmp_path / "notes").write_text("hidden")
    for path in (tmp_path / "missing", tmp_path / "notes"):
        with pytest.raises(ConfigurationError, match="stream_credentials") as refused:
            await works("nats://127.0.0.1:1", credentials=path)
        assert "hidden" not in str(refused.value)


@pytest.fixture
def authority(tmp_path):
    """Somebody who signs certificates, and the files of a server and a client."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("server", "client"):
        signed = authority.issue_cert(str(ip_address("127.0.0.1")))
        signed.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        signed.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
    return tmp_path


def tls(folder, more=""):
    """Write a server's TLS settings."""
    return f'tls {{ cert_file: "{folder}/server.pem", key_file: "{folder}/server.key", {more} }}'


async def test_tls(authority):
    """A server's certificate is checked against the given authority; without it, the setting is named."""
    with a_server(tls(authority)) as port:
        assert await works(f"tls://127.0.0.1:{port}", tls_ca=authority / "ca.pem")
        with pytest.raises(ConfigurationError, match=r"not trusted.*stream_tls_ca"):
            await works(f"tls://127.0.0.1:{port}")


async def test_tls_is_never_left_out(authority):
    """When TLS is asked for, a server that offers none is refused before it hears of any password."""
    with (
        a_server("authorization { user: ann, password: hidden }") as port,
        pytest.raises(ConfigurationError, match="offers none"),
    ):
        await works(f"tls://ann:hidden@127.0.0.1:{port}", tls_ca=authority / "ca.pem")


async def test_client_certificates(authority):
    """A server that wants to see a certificate sees it; without one the settings are named."""
    with a_server(tls(authority, f'ca_file: "{authority}/ca.pem", verify: true')) as port:
        files = {"tls_ca": authority / "ca.pem"}
        own = {"tls_cert": authority / "client.pem", "tls_key": authority / "client.key"}
        assert await works(f"tls://127.0.0.1:{port}", **files, **own)
        with pytest.raises(ConfigurationError, match="stream_tls_cert"):
            await works(f"tls://127.0.0.1:{port}", **files)


async def test_wrong_certificate_files_are_told(tmp_path):
    """A file of certificates that is missing is named with its setting."""
    with pytest.raises(ConfigurationError, match="stream_tls_ca"):
        await works("tls://127.0.0.1:1", tls_ca=tmp_path / "missing")
