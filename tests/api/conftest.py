"""The front door over real stores, and clients who hold keys."""

import dataclasses
import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import Engine, event

from tidings import ids
from tidings.accounts import Passwords
from tidings.api.application import create_application
from tidings.api.services import OAuth, Services
from tidings.api.studio.post import Post
from tidings.api.studio.proofs import Proofs
from tidings.app import ledger
from tidings.app.api import CATALOG
from tidings.app.standing import Books, standings
from tidings.backends.files.local_files import LocalFiles
from tidings.backends.sql.account_store import SqlAccountStore
from tidings.backends.sql.activity_store import SqlActivityStore
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.archive_manifest import SqlArchiveManifest
from tidings.backends.sql.asset_store import SqlAssetStore
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.audit_log import SqlAuditLog
from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.backends.sql.bulk_store import SqlBulkStore
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.backends.sql.device_token_store import SqlDeviceTokenStore
from tidings.backends.sql.digest_store import SqlDigestStore
from tidings.backends.sql.event_catalogue import SqlEventCatalogue
from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.expansion_store import SqlExpansionStore
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.list_store import SqlListStore
from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.backends.sql.message_changes import SqlMessageChanges
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.oauth_key_store import SqlOAuthKeyStore
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.profile_search import SqlProfileSearch
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.backends.sql.provider_health_store import SqlProviderHealthStore
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.backends.sql.routing_strategy_store import SqlRoutingStrategyStore
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.sign_in_tries import SqlSignInTries
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.backends.sql.studio_session_store import SqlStudioSessionStore
from tidings.backends.sql.submission_store import SqlSubmissionStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.backends.sql.template_metrics import SqlTemplateMetrics
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.backends.sql.timeline import SqlTimeline
from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.backends.sqlite.stream import SqliteStream
from tidings.carriers.http_carrier import HttpCarrier
from tidings.channels import Way
from tidings.clock import SystemClock
from tidings.config import Config
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Effects, Settlement
from tidings.ledger import ACCEPTED, Tally, hour_of
from tidings.links import Links
from tidings.mapping import Arrival, Rules, apply
from tidings.messages import Attempt, Output
from tidings.pipeline.catalogues import Catalogues
from tidings.pipeline.devices import Devices
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.explain import Archive, StoredExplainer
from tidings.pipeline.forecasting import Past, StoredForecaster
from tidings.pipeline.foresight import Foresight
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.rewriting import Shelf, StoredRewriter
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.pipeline.voices import Voices
from tidings.ports import OutboxItem
from tidings.providers.base import Account
from tidings.providers.fleet import Fleet
from tidings.providers.receiver import Receiver
from tidings.providers.scribe import AccountScribe
from tidings.providers.webhook import Webhook
from tidings.records import Record
from tidings.rendering import Renderer
from tidings.secrets import SecretBox
from tidings.together import Together
from tidings.workspaces import AccessTokens, ClientTokens, hash_key

API_KEY = "pk_prod_" + "p" * 40
TEST_KEY = "pk_test_" + "t" * 40
SMTP_URL = "smtp://shop:hunter2hunter2@mail.test"
WRITE_KEY = "wk_" + "w" * 40


def pytest_configure(config):
    """Load the fixtures of `door_fixtures.py`. Test folders are no packages, so they cannot be imported by name."""
    path = Path(__file__).with_name("door_fixtures.py")
    if not config.pluginmanager.has_plugin(path.stem):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        config.pluginmanager.register(module, path.stem)


GROWING = (
    "profiles|inbound_events|messages|due|attempts|data_log|outputs|outbox|seen|deliveries|status_news|list_subscribers"
    "|audience_members|tenant_members|profile_words|message_tags"
)
"""Tables that grow with users, calls and messages."""


@pytest.fixture(autouse=True, scope="module")
def _no_request_counts_a_table():
    """Fail whatever request counts all rows of a table that grows: its answer would take longer every day."""

    def look(_connection, _cursor, statement, *_more):
        words = " ".join(statement.split())
        counts = re.search(r"\bcount\(", words) and re.search(rf"\b(?:FROM|JOIN) (?:{GROWING})\b", words)
        assert not counts or "LIMIT" in words, f"a request counts a table that grows: {words}"

    event.listen(Engine, "before_cursor_execute", look)
    yield
    event.remove(Engine, "before_cursor_execute", look)


class Keys:
    """What keys open, read once."""

    def __init__(self, grants, environments):
        self._grants = {grant.key_hash: grant for grant in grants}
        self._environments = environments

    def api_key(self, key):
        """Tell what a key opens."""
        return self._grants.get(hash_key(key))

    def of_key(self, key_id):
        """Tell what the key of this id opens."""
        return next((each for each in self._grants.values() if each.key_id == key_id), None)

    def environments(self):
        """List the environments."""
        return self._environments

    async def refresh(self):
        """Stay as it is."""


class Wakes:
    """Notes who was woken."""

    def __init__(self):
        self.topics = []

    def wake(self, topic):
        """Note the topic."""
        self.topics.append(topic)

    async def wait(self, topic, timeout_s):
        """Nobody waits here."""
        return bool(topic and timeout_s)

    async def close(self):
        """Hold nothing."""


@pytest.fixture
def database_place(sqlite_place):
    """The embedded database: the stores are under contract on every backend, the doors are tried over one."""
    return sqlite_place


def tenancy_over(database):
    """Make what reads templates in somebody's name."""
    return Tenancy(
        SqlTemplateStore(database),
        SqlTenantStore(database),
        SqlTenantTemplateStore(database),
        SqlRoutingStrategyStore(database),
    )


def gatekeeper_over(database):
    """Make a gatekeeper over the same stores."""
    return Gatekeeper(
        shared=SharedBodies(SqlExpansionStore(database)),
        digesting=Digesting(SqlDigestStore(database)),
        preferences=SqlPreferenceStore(database),
        suppressions=SqlSuppressionStore(database),
        rules=SqlSendingRulesStore(database),
    )


def foresight_over(database, secrets, clock, environments):
    """Make what asks what would be, over the same stores."""
    return Foresight(
        tenancy=tenancy_over(database),
        profiles=SqlProfileStore(database),
        devices=Devices(SqlDeviceTokenStore(database)),
        gatekeeper=gatekeeper_over(database),
        providers=Fleet(
            configs=SqlProviderConfigStore(database, secrets),
            outbox=SqlOutboxStore(database),
            smtp_url="",
            account=Account(),
            clock=clock,
        ),
        environments=Environments(environments),
    )


def askers_over(database, secrets, clock, environments):
    """Make what explains messages, and what forecasts them, over the same stores."""
    foresight, templates = foresight_over(database, secrets, clock, environments), SqlTemplateStore(database)
    archive = Archive(SqlMessageStore(database), SqlEventLog(database), templates)
    shelf = Shelf(
        messages=archive.messages,
        tenancy=tenancy_over(database),
        environments=Environments(environments),
        gatekeeper=gatekeeper_over(database),
        voices=Voices(SqlBrandStore(database), SqlTranslationStore(database)),
    )
    configs = SqlProviderConfigStore(database, secrets)
    past = Past(SqlEventLog(database), SqlLedgerStore(database), SqlArchiveManifest(database), None)
    return {
        "explainer": StoredExplainer(archive=archive, foresight=foresight, clock=clock),
        "rewriter": StoredRewriter(
            shelf=shelf,
            preparer=Preparer(renderer=Renderer(), links=Links(b"k" * 32, "")),
            scribe=AccountScribe(configs=configs, smtp_url=SMTP_URL, account=Account(email_from="shop@shop.test")),
        ),
        "forecaster": StoredForecaster(past=past, templates=templates, foresight=foresight, clock=clock),
    }


async def depth():
    """Tell what waits: as much as the tests look for."""
    return {"stream_lag": 3, "due_depth": 2}


async def ready():
    """Tell that all is well."""
    return {"state": "ok", "stream": "ok"}


def words_in(database):
    """Make the stores of what is said, and in whose name."""
    return {
        "brands": SqlBrandStore(database),
        "translations": SqlTranslationStore(database),
        "translated": Catalogues(SqlTranslationStore(database)).read,
        "assets": SqlAssetStore(database),
        "renderer": Renderer(),
        "templates": SqlTemplateStore(database),
        "template_metrics": SqlTemplateMetrics(database),
        "tenants": SqlTenantStore(database),
        "memberships": SqlMembershipStore(database),
        "provider_health": SqlProviderHealthStore(database),
        "routing_strategies": SqlRoutingStrategyStore(database),
        "tenant_templates": SqlTenantTemplateStore(database),
        "submissions": SqlSubmissionStore(database),
    }


def people_in(database, secrets):
    """Make the stores of who may use Studio; passwords cost no time."""
    return {
        "studio_sessions": SqlStudioSessionStore(database),
        "accounts": SqlAccountStore(database, secrets),
        "tries": SqlSignInTries(database, secrets),
        "proofs": Proofs(Passwords(PasswordHasher.from_parameters(CHEAPEST))),
        "post": Post(hand_over=None, public_url="", clock=SystemClock()),
        "audit": SqlAuditLog(database),
    }


def receiving(database, secrets):
    """Make what takes the news of providers, and asks them whether they know us."""
    facts = Together(SqlReceiptLog(database).record_all, at_once_max=100)
    receiver = Receiver(configs=SqlProviderConfigStore(database, secrets), facts=facts, account=Account())

    async def take(config_id, posted):
        return await receiver.receive(config_id, Webhook(**dataclasses.asdict(posted)))

    async def check(config):
        found = await receiver.check(config)
        return found.ok, found.detail

    return {"facts": facts, "check": check, "receipts": take}


def standings_over(database, stream, clock):
    """Make what tells how destinations stand, over the same stores."""
    deliveries, news = SqlDeliveryStore(database), SqlStatusNewsStore(database)
    books = Books(stream, SqlInboundStore(database), SqlFollowerStore(database), deliveries, news)

    async def stand(found):
        return await standings(books, found, now=clock.now_ms())

    return stand


@pytest.fixture
async def services(database, tmp_path):
    """Real stores on an empty database, with one workspace, its two environments, and a key for each."""
    clock, secrets = SystemClock(), SecretBox("a secret of the tests, long enough")
    api_keys, sources = SqlApiKeyStore(database), SqlSourceStore(database, secrets)
    production, test = await api_keys.bootstrap(now=clock.now_ms())
    await api_keys.add(production.id, API_KEY, name="first", now=clock.now_ms())
    await api_keys.add(test.id, TEST_KEY, name="test", now=clock.now_ms())
    await sources.add(production.id, "web", WRITE_KEY, now=clock.now_ms())
    stream = await SqliteStream.open(tmp_path / "stream.db")
    carrier = HttpCarrier(allow_private=True)

    async def account(environment_id, period):
        scope = ledger.Scope([environment_id], clock.now_ms(), period)
        covered, (found,) = await ledger.accounts(SqlLedgerStore(database), stream, scope)
        return covered, found

    changes, expansions = SqlMessageChanges(database), SqlExpansionStore(database)

    yield Services(
        **askers_over(database, secrets, clock, (production, test)),
        profiles=SqlProfileStore(database),
        people=SqlProfileSearch(database),
        timeline=SqlTimeline(database),
        **words_in(database),
        asset_files=LocalFiles(tmp_path / "assets"),
        event_maps=SqlEventMapStore(database),
        provider_configs=SqlProviderConfigStore(database, secrets),
        messages=SqlMessageStore(database),
        expansions=expansions,
        lists=SqlListStore(database),
        audiences=SqlAudienceStore(database),
        digests=SqlDigestStore(database),
        preferences=SqlPreferenceStore(database),
        regulations=SqlRegulationStore(database),
        suppressions=SqlSuppressionStore(database),
        rules=SqlSendingRulesStore(database),
        changes=changes,
        bulk=SqlBulkStore(database),
        events=SqlEventLog(database),
        activity=SqlActivityStore(database),
        outbox=SqlOutboxStore(database),
        api_keys=api_keys,
        sources=sources,
        destinations=SqlDestinationStore(database, secrets),
        deliveries=SqlDeliveryStore(database),
        devices=SqlDeviceTokenStore(database),
        catalogue=SqlEventCatalogue(database),
        carrier=carrier,
        **people_in(database, secrets),
        stream=stream,
        wakeup=Wakes(),
        grants=Keys(await api_keys.grants(), await api_keys.environments()),
        catalog=CATALOG,
        clock=clock,
        config=Config(allow_private_destinations=True),
        secrets=secrets,
        depth=depth,
        account=account,
        links=Links(secrets.derive("links"), "https://tidings.test"),
        client_tokens=ClientTokens(secrets.derive("client-tokens")),
        oauth=OAuth(SqlOAuthKeyStore(database), AccessTokens(secrets.derive("access-tokens"))),
        **receiving(database, secrets),
        ready=ready,
        standings=standings_over(database, stream, clock),
    )
    await carrier.close()
    await stream.close()


@pytest.fixture
def world(services, database):
    """Lets things happen, in production unless told otherwise: calls come in, messages are attempted."""
    return World(services, database)


class World:
    """What workers would do."""

    def __init__(self, services, database):
        self._inbound = SqlInboundStore(database)
        self._queue = SqlMessageQueue(database)
        self._services = services
        self._offset = 0

    async def calls(self, *records, key=API_KEY):
        """Apply these records, as the inbound step does, and give their ids."""
        grant = self._services.grants.api_key(key)
        self._offset += 1
        arrivals = [
            Arrival(grant.environment_id, 1, ids.position(self._offset, index), record)
            for index, record in enumerate(records)
        ]
        async with self._inbound.transaction(0) as inbound:
            maps = await inbound.event_maps([grant.environment_id])
            done = apply(arrivals, seen=set(), profiles={}, event_maps=maps, rules=Rules())
            at = records[0].received_at
            assert await inbound.apply(done.effects, after=self._offset - 1, through=self._offset, received_at=at)
        return [ids.derived_id(it.record.received_at, it.position) for it in arrivals]

    async def accepted(self, count, *, at):
        """Count calls that the stream handed over, as the inbound step does."""
        await self.count(Tally(1, hour_of(at), ACCEPTED, "", count))

    async def count(self, *tallies):
        """Write counts."""
        async with self._inbound.transaction(7) as inbound:
            after = await inbound.offset()
            assert await inbound.apply(Effects(tallies=tallies), after=after, through=after + 1, received_at=1)

    async def attempt(self, outcome, status, *, html="<p>Hello</p>", address="", **fields):
        """Attempt the next message that is due, as the outbound step does, and give its id."""
        now = self._services.clock.now_ms()
        (claim,) = await self._queue.claim(worker="w", now=now + 1, until=now + 60_000, limit=1)
        message = claim.message
        of = {"environment_id": message.environment_id, "message_id": message.id}
        way = Way("email", "smtp", "", address).key if address else ""
        attempt = Attempt(**of, number=1, channel="email", provider="smtp", way=way, started=now)
        output = Output(channel="email", content={"html": html, "text": "Hello", "subject": "Hi", "n": 1})
        rendered = Entry(**of, ordinal=100, type="RENDERED", ts=now, fields={"channel": {"id": "email"}})
        loaded = Entry(**of, ordinal=10, type="PROFILE_LOADED", ts=now, fields={"merged_profile": {"email": address}})
        entries = [loaded, rendered] if address else [rendered]
        await self._queue.start([AttemptStart(attempt=attempt, entries=entries, output=output)])
        settled = Settlement(**of, status=status, at=now, attempt=1, outcome=outcome, channel="email", **fields)
        await self._queue.settle([settled])
        return message.id

    async def keep(self, message_id, *, html="<p>Hello</p>", key=API_KEY, subject="Hi"):
        """Keep a mail in the outbox."""
        content = {"subject": subject, "html": html, "text": "Hello", "to": "ann@example.com"}
        item = OutboxItem(
            environment_id=self._services.grants.api_key(key).environment_id,
            message_id=message_id,
            channel="email",
            recipient="ann",
            content=content,
            at=self._services.clock.now_ms(),
        )
        await self._services.outbox.keep([item])

    def track(self, name, user_id="ann", **changes):
        """Make the record of a track, which arrives now."""
        now = self._services.clock.now_ms()
        base = {
            "type": "track",
            "message_id": f"call-{name}-{user_id}",
            "user_id": user_id,
            "anonymous_id": None,
            "name": name,
            "timestamp": now,
            "received_at": now,
            "body": msgspec.json.encode({"type": "track", "event": name, "properties": {"total": 12345678980}}),
        }
        return Record(**{**base, **changes})

    async def mapped(self, api, event, name="Welcome", elements=()):
        """Publish a template that this event sends, and give its id."""
        content = {"version": "2022-01-01", "elements": list(elements)}
        alias = f"Segment-TrackEvent:{event}"
        body = {"notification": {"name": name, "content": content, "alias": alias}, "state": "PUBLISHED"}
        return (await api.post("/notifications", json=body)).json()["id"]


@pytest.fixture
def environments(services):
    """The ids of the two environments."""
    return SimpleNamespace(
        production=services.grants.api_key(API_KEY).environment_id,
        test=services.grants.api_key(TEST_KEY).environment_id,
    )


class Lent:
    """The services of whichever test runs. An application takes long to build, and holds little but these."""

    def __init__(self, services):
        self.current = services

    def __getattr__(self, name):
        return getattr(self.current, name)


_built = []


@pytest.fixture
def app(services):
    """The front door: one for all tests of this process, which opens on the services of each."""
    if not _built:
        lent = Lent(services)
        _built.extend((create_application(services=lent), lent))
    built, lent = _built
    lent.current = services
    return built


@pytest.fixture
def broken(services):
    """Build a front door in which one service is another."""

    def build(**others):
        return client_of(create_application(services=replace(services, **others)), API_KEY)

    return build


def client_of(app, key):
    """Make a client that holds a key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=headers)


@pytest.fixture
async def api(app):
    """A client with the production key."""
    async with client_of(app, API_KEY) as client:
        yield client


@pytest.fixture
async def test_api(app):
    """A client with the test environment's key."""
    async with client_of(app, TEST_KEY) as client:
        yield client


@pytest.fixture
async def stranger(app):
    """A client without a key."""
    async with client_of(app, "") as client:
        yield client


@pytest.fixture
def refused():
    """Check that an answer refuses in Courier's shape, and give its words."""

    def check(answer, status, words=""):
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert set(body) == {"message", "type"}
        assert words in body["message"], body["message"]
        return body

    return check
