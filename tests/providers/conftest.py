"""What provider tests share: a dispatch, a running SMTP server, and the shared cases' provider."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
import structlog

from tidings.backends.sql.database import Database
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.backends.sql.tables import metadata
from tidings.channels import Dispatch, EmailContent
from tidings.errors import Unavailable
from tidings.ports import OutboxItem, Page
from tidings.providers.base import Account
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import SmtpSettings
from tidings.secrets import SecretBox
from tidings.testing import SmtpServer


@pytest.fixture
def dispatch() -> Callable[..., Dispatch]:
    """Make dispatches: fields of the content by name, and `number` to tell messages apart."""

    def make(number: int = 1, **content) -> Dispatch:
        fields = {"to": "ann.smith@example.com", "subject": "Hi", "html": "<p>Hello</p>", "text": "Hello"} | content
        return Dispatch(
            environment_id=1,
            message_id=f"1-{number:08x}-{number:024x}",
            recipient="ann",
            channel="email",
            content=EmailContent(**fields),
            at=1_700_000_000_000,
        )

    return make


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    """An SMTP server without TLS or login."""
    async with SmtpServer() as running:
        yield running


@pytest.fixture
async def smtp_at() -> AsyncIterator[Callable[..., Smtp]]:
    """Make SMTP providers for a server, with changed settings; they are closed at the end."""
    made: list[Smtp] = []

    def make(server: SmtpServer, **changed) -> Smtp:
        settings = SmtpSettings(host="127.0.0.1", port=server.port, timeout_s=5, answer_timeout_s=5)
        made.append(Smtp(msgspec.structs.replace(settings, **changed), Account(email_from="Shop <shop@shop.test>")))
        return made[-1]

    yield make
    for smtp in made:
        await smtp.close()


@pytest.fixture
def logs() -> list[dict[str, object]]:
    """Everything logged through structlog."""
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
async def provider_configs(tmp_path) -> AsyncIterator[SqlProviderConfigStore]:
    """The provider configurations of an empty state database."""
    database = Database.sqlite(tmp_path / "state.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield SqlProviderConfigStore(database, SecretBox("0123456789abcdef"))
    await database.close()


class KeptInMemory:
    """An outbox in memory: the port's law in five lines. `fail` makes storage unavailable."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str, str], OutboxItem] = {}
        self.fail = False

    async def keep(self, items) -> None:
        """Keep the first of each."""
        if self.fail:
            raise Unavailable("no space")
        for item in items:
            self.kept.setdefault((item.environment_id, item.message_id, item.channel), item)

    async def get(self, environment_id, message_id) -> list[OutboxItem]:
        """Read one message's."""
        return [item for (env, message, _), item in self.kept.items() if (env, message) == (environment_id, message_id)]

    async def page(self, environment_id, *, limit, cursor) -> Page[OutboxItem]:
        """List the first page."""
        if self.fail:
            raise Unavailable("no space")
        assert cursor is None
        return Page([item for (env, _, _), item in self.kept.items() if env == environment_id][:limit])


@pytest.fixture
def outbox_store() -> KeptInMemory:
    """An empty outbox."""
    return KeptInMemory()


@pytest.fixture
def until():
    """Wait for a fact; the test's own timeout is the bound."""

    async def wait(fact: Callable[[], object]) -> None:
        while not fact():
            await asyncio.sleep(0.001)

    return wait


FIXTURES = Path(__file__).parent / "fixtures"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each provider its documented answers and webhooks: `fixtures/<key>/<case>.json`."""
    for name, part in (("answer_fixture", "response"), ("webhook_fixture", "webhook")):
        if name in metafunc.fixturenames:
            paths = sorted((FIXTURES / metafunc.cls.key).glob("*.json"))
            cases = [(path.stem, case) for path in paths if part in (case := json.loads(path.read_text()))]
            metafunc.parametrize(name, [case for _, case in cases], ids=[stem for stem, _ in cases])
