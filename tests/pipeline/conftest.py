"""The two steps on real stores: SQLite, the real stream, the real outbox, a real SMTP server where a test wants one."""

import importlib.util
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tidings.backends.sql.archive_manifest import SqlArchiveManifest
from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.backends.sql.bulk_store import SqlBulkStore
from tidings.backends.sql.database import Database
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.backends.sql.device_token_store import SqlDeviceTokenStore
from tidings.backends.sql.digest_store import SqlDigestStore
from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.expansion_store import SqlExpansionStore
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.list_store import SqlListStore
from tidings.backends.sql.message_changes import SqlMessageChanges
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.backends.sql.routing_strategy_store import SqlRoutingStrategyStore
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.backends.sqlite.stream import SqliteStream
from tidings.backends.sqlite.wakeup import UnixWakeup
from tidings.event_maps import EventMap
from tidings.ingest import pack
from tidings.ingest.send import record_of_send
from tidings.links import Links
from tidings.mapping import Rules
from tidings.pipeline.devices import Devices
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.expansion import ExpansionStep
from tidings.pipeline.explain import Archive, StoredExplainer
from tidings.pipeline.forecasting import Past, StoredForecaster
from tidings.pipeline.foresight import Foresight
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.inbound import InboundStep
from tidings.pipeline.outbound import Library, OutboundRules, OutboundStep
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.rewriting import Shelf, StoredRewriter
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.pipeline.voices import Voices
from tidings.ports import Landings, Providers, Stream
from tidings.preferences import Choice, Section, Topic
from tidings.provider_configs import ProviderConfig
from tidings.providers.base import Account
from tidings.providers.fleet import Fleet
from tidings.providers.scribe import AccountScribe
from tidings.records import Record
from tidings.rendering import Renderer
from tidings.secrets import SecretBox
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment

START_MS = 1_700_000_000_000
ACCOUNT = Account(email_from="t@example.com", private_urls=True)
PRODUCTION = Environment(id=1, workspace_id=1, name="production", delivery="live")
TEST = Environment(id=2, workspace_id=1, name="test", delivery="simulated")


class HeldClock:
    """A clock that moves when a test moves it."""

    def __init__(self) -> None:
        self.at = START_MS

    def now_ms(self) -> int:
        """Tell the time."""
        return self.at


class House:
    """Stores and steps, put together as the composition root does."""

    def __init__(self, *, database: Database, stream: Stream, wakeup: UnixWakeup, clock: HeldClock) -> None:
        self.database = database
        self.stream = stream
        self.wakeup = wakeup
        self.clock = clock
        self.inbound_store = SqlInboundStore(database)
        self.queue = SqlMessageQueue(database)
        self.expansions = SqlExpansionStore(database)
        self.lists = SqlListStore(database)
        self.devices = SqlDeviceTokenStore(database)
        self.preferences = SqlPreferenceStore(database)
        self.digests = SqlDigestStore(database)
        self.suppressions = SqlSuppressionStore(database)
        self.rules = SqlSendingRulesStore(database)
        self.changes = SqlMessageChanges(database)
        self.bulk = SqlBulkStore(database)
        self.messages = SqlMessageStore(database)
        self.ledger = SqlLedgerStore(database)
        self.events = SqlEventLog(database)
        self.profiles = SqlProfileStore(database)
        self.templates = SqlTemplateStore(database)
        self.tenants = SqlTenantStore(database)
        self.tenant_templates = SqlTenantTemplateStore(database)
        self.routing_strategies = SqlRoutingStrategyStore(database)
        self.brands = SqlBrandStore(database)
        self.translations = SqlTranslationStore(database)
        self.event_maps = SqlEventMapStore(database)
        self.outbox = SqlOutboxStore(database)
        self.configs = SqlProviderConfigStore(database, SecretBox("a secret key for tests"))
        self.destinations = SqlDestinationStore(database, SecretBox("a secret key for tests"))
        self.public_url = ""
        self._calls = 0

    async def switch_on(self, key: str, settings: dict[str, Any]) -> None:
        """Keep an account of a provider."""
        config = ProviderConfig(
            environment_id=1,
            id=f"pc_{key}",
            provider=key,
            title=key,
            alias=None,
            settings=settings,
            created=self.clock.at,
            updated=self.clock.at,
        )
        await self.configs.put(config)

    def inbound(self, **changes: Any) -> InboundStep:
        """Make an inbound step; several may work on the same stores."""
        return InboundStep(**{"stream": self.stream, "store": self.inbound_store, "rules": Rules(), **changes})

    def tenancy(self) -> Tenancy:
        """Make what reads templates in somebody's name."""
        return Tenancy(self.templates, self.tenants, self.tenant_templates, self.routing_strategies)

    def gatekeeper(self) -> Gatekeeper:
        """Make a gatekeeper."""
        return Gatekeeper(
            shared=SharedBodies(self.expansions),
            digesting=Digesting(self.digests),
            preferences=self.preferences,
            suppressions=self.suppressions,
            rules=self.rules,
        )

    async def topic(self, default_status: Choice = "OPTED_IN") -> None:
        """Make topic `t`."""
        section = Section(environment_id=1, id="s", name="S", created=1, updated=1)
        await self.preferences.put_section(section, create=True)
        topic = Topic(
            environment_id=1, id="t", section_id="s", name="T", default_status=default_status, created=1, updated=1
        )
        await self.preferences.put_topic(topic, create=True)

    def expansion(self, **changes: Any) -> ExpansionStep:
        """Make an expansion step; several may work on the same stores."""
        return ExpansionStep(**{"store": self.expansions, "clock": self.clock, **changes})

    def foresight(self, providers: Providers | None = None) -> Foresight:
        """Make what asks what would be, of these providers."""
        return Foresight(
            tenancy=self.tenancy(),
            profiles=self.profiles,
            devices=Devices(self.devices),
            gatekeeper=self.gatekeeper(),
            providers=providers or self.fleet(),
            environments=Environments([PRODUCTION, TEST]),
        )

    def explainer(self, providers: Providers | None = None) -> StoredExplainer:
        """Make an explainer."""
        archive = Archive(self.messages, self.events, self.templates)
        return StoredExplainer(archive=archive, foresight=self.foresight(providers), clock=self.clock)

    def rewriter(self, smtp_url: str = "") -> StoredRewriter:
        """Make what writes requests of providers again."""
        return StoredRewriter(
            shelf=Shelf(
                messages=self.messages,
                tenancy=self.tenancy(),
                environments=Environments([PRODUCTION, TEST]),
                gatekeeper=self.gatekeeper(),
                voices=Voices(self.brands, self.translations),
            ),
            preparer=Preparer(renderer=Renderer(), links=Links(b"k" * 32, self.public_url)),
            scribe=AccountScribe(configs=self.configs, smtp_url=smtp_url, account=ACCOUNT),
        )

    def forecaster(self, archive: Any = None) -> StoredForecaster:
        """Make a forecaster; the archive is opened when it is asked."""
        past = Past(self.events, self.ledger, SqlArchiveManifest(self.database), archive and (lambda: archive))
        return StoredForecaster(past=past, templates=self.templates, foresight=self.foresight(), clock=self.clock)

    def fleet(self, smtp_url: str = "") -> Fleet:
        """Make the providers."""
        return Fleet(
            configs=self.configs,
            outbox=self.outbox,
            smtp_url=smtp_url,
            account=ACCOUNT,
            clock=self.clock,
        )

    def outbound(self, providers: Providers, worker: str = "w1", landings: Landings | None = None) -> OutboundStep:
        """Make an outbound step under a worker's name."""
        return OutboundStep(
            queue=self.queue,
            library=Library(
                self.tenancy(),
                self.profiles,
                Environments([PRODUCTION, TEST]),
                self.gatekeeper(),
                self.brands,
                self.translations,
                self.devices,
            ),
            providers=providers,
            preparer=Preparer(renderer=Renderer(), links=Links(b"k" * 32, self.public_url)),
            wakeup=self.wakeup,
            clock=self.clock,
            rules=OutboundRules(worker=worker, claim_ms=1000),
            landings=landings,
        )

    async def append(self, *bodies: dict[str, Any], environment_id: int = 1) -> None:
        """Put calls into the stream as one request of one source."""
        records = [self._record(body) for body in bodies]
        appends = pack(
            records,
            environment_id=environment_id,
            source_id=environment_id,
            received_at=self.clock.at,
            partitions=self.stream.partitions,
        )
        await self.stream.append(appends)

    def _record(self, body: dict[str, Any]) -> Record:
        self._calls += 1
        return Record(
            type=body["type"],
            message_id=body.get("messageId", f"call-{self._calls}"),
            user_id=body.get("userId"),
            anonymous_id=body.get("anonymousId"),
            name=body.get("event"),
            timestamp=self.clock.at,
            received_at=self.clock.at,
            body=msgspec.json.encode(body),
            group_id=body.get("groupId"),
        )

    async def send(self, message: dict[str, Any], *, request_id: str = "") -> str:
        """Do as `POST /send` and the inbound step after it; return the request id."""
        return (await self.send_many([message], request_id=request_id))[0]

    async def send_many(self, messages: list[dict[str, Any]], *, request_id: str = "") -> list[str]:
        """Put requests to send into the stream and apply them; return the request ids."""
        at = self.clock.at
        ids = [request_id or f"1-{at // 1000:08x}-{self._calls + number:024x}" for number in range(len(messages))]
        self._calls += len(messages)
        records = [
            record_of_send({"message": message}, request_id=request_id, received_at=self.clock.at)
            for message, request_id in zip(messages, ids, strict=True)
        ]
        partitions = self.stream.partitions
        appends = pack(records, environment_id=1, source_id=1, received_at=self.clock.at, partitions=partitions)
        await self.stream.append(appends)
        step = self.inbound()
        while await step.run_once(0) is not None:
            pass
        return ids

    async def map(self, event: str, elements: list[dict[str, Any]], environment_id: int = 1) -> str:
        """Publish a template and map a track event to it."""
        template_id = f"nt_{event.replace(' ', '_').lower()}"
        draft = TemplateVersion(
            template_id=template_id, version=0, name=event, content={"version": "2022-01-01", "elements": elements}
        )
        await self.templates.create(environment_id, draft)
        await self.templates.publish(environment_id, template_id, version=None, by="test", now=self.clock.at)
        await self.event_maps.put(environment_id, EventMap(f"Segment-TrackEvent:{event}", template_id))
        return template_id


@pytest.fixture
def clock() -> HeldClock:
    """Hold the time."""
    return HeldClock()


@pytest.fixture
async def house(database: Database, tmp_path: Path, clock: HeldClock) -> AsyncIterator[House]:
    """Open a house with one partition."""
    stream = await SqliteStream.open(tmp_path / "stream.db")
    wakeup = UnixWakeup.open(tmp_path)
    yield House(database=database, stream=stream, wakeup=wakeup, clock=clock)
    await wakeup.close()
    await stream.close()


@pytest.fixture
def email_elements() -> Callable[..., list[dict[str, Any]]]:
    """Write a small email."""

    def make(title: str = "Hello {{name}}", *more: dict[str, Any]) -> list[dict[str, Any]]:
        elements = [{"type": "meta", "title": title}, {"type": "text", "content": "Dear {{profile.name}}"}, *more]
        return [{"type": "channel", "channel": "email", "elements": elements}]

    return make


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures of `archive_fixtures.py`. Test folders are no packages, so they cannot be imported by name."""
    path = Path(__file__).with_name("archive_fixtures.py")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config.pluginmanager.register(module, path.stem)
