"""One installation, open: every store, built once, top to bottom."""

import contextlib
import secrets as random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from tidings.app.standing import Books
from tidings.app.stream_tier import make_stream, open_roster, open_stream
from tidings.backends.sql.account_store import SqlAccountStore
from tidings.backends.sql.activity_store import SqlActivityStore
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.archive_manifest import SqlArchiveManifest
from tidings.backends.sql.asset_store import SqlAssetStore
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.audit_log import SqlAuditLog
from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.backends.sql.bulk_store import SqlBulkStore
from tidings.backends.sql.database import Database
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
from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.list_store import SqlListStore
from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.backends.sql.message_changes import SqlMessageChanges
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.migrate import migrate as migrate_database
from tidings.backends.sql.oauth_key_store import SqlOAuthKeyStore
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.profile_search import SqlProfileSearch
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.backends.sql.provider_health_store import SqlProviderHealthStore
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.backends.sql.retention_store import SqlRetentionStore
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
from tidings.carriers.http_carrier import HttpCarrier
from tidings.carriers.inside_carrier import InsideCarrier
from tidings.clock import SystemClock
from tidings.config import Config, kept_secret
from tidings.links import Links
from tidings.ports import Roster, Stream, Wakeup
from tidings.providers.base import Account
from tidings.providers.fleet import Fleet
from tidings.providers.receiver import Receiver
from tidings.providers.scribe import AccountScribe
from tidings.secrets import SecretBox
from tidings.together import Together
from tidings.workspaces import AccessTokens, Environment

HOUR_MS = 3_600_000
_FACTS_MAX = 500  # in one transaction: some hundred milliseconds at most
_STUDIO_TOKEN_MS = 24 * HOUR_MS


class Installation:
    """All stores of one installation, open."""

    environments: Sequence[Environment] = ()

    def __init__(  # noqa: PLR0915 one line for each store
        self, *, config: Config, database: Database, stream: Stream, wakeup: Wakeup, roster: Roster | None
    ) -> None:
        self.config = config
        self.clock = SystemClock()
        self.secrets = SecretBox(config.secret_key or kept_secret(config.data, "secret-key"))
        self.links = Links(self.secrets.derive("links"), config.public_url)
        self.database = database
        self.stream = stream
        self.wakeup = wakeup
        self.roster = roster
        self.api_keys = SqlApiKeyStore(database)
        self.sources = SqlSourceStore(database, self.secrets)
        self.destinations = SqlDestinationStore(database, self.secrets)
        self.deliveries = SqlDeliveryStore(database)
        self.devices = SqlDeviceTokenStore(database)
        self.event_catalogue = SqlEventCatalogue(database)
        self.follower_offsets = SqlFollowerStore(database)
        self.status_news = SqlStatusNewsStore(database)
        self.carrier = InsideCarrier(
            outside=HttpCarrier(allow_private=config.allow_private_destinations),
            stream=stream,
            sources=self.sources,
            clock=self.clock,
            wakeup=wakeup,
        )
        self.manifest = SqlArchiveManifest(database)
        self.profiles = SqlProfileStore(database)
        self.people = SqlProfileSearch(database)
        self.timeline = SqlTimeline(database)
        self.templates = SqlTemplateStore(database)
        self.template_metrics = SqlTemplateMetrics(database)
        self.brands = SqlBrandStore(database)
        self.translations = SqlTranslationStore(database)
        self.assets = SqlAssetStore(database)
        self.tenants = SqlTenantStore(database)
        self.memberships = SqlMembershipStore(database)
        self.tenant_templates = SqlTenantTemplateStore(database)
        self.routing_strategies = SqlRoutingStrategyStore(database)
        self.submissions = SqlSubmissionStore(database)
        self.event_maps = SqlEventMapStore(database)
        self.provider_configs = SqlProviderConfigStore(database, self.secrets)
        self.provider_health = SqlProviderHealthStore(database)
        self.inbound = SqlInboundStore(database)
        self.queue = SqlMessageQueue(database)
        self.expansions = SqlExpansionStore(database)
        self.lists = SqlListStore(database)
        self.audiences = SqlAudienceStore(database)
        self.preferences = SqlPreferenceStore(database)
        self.suppressions = SqlSuppressionStore(database)
        self.regulations = SqlRegulationStore(database)
        self.rules = SqlSendingRulesStore(database)
        self.changes = SqlMessageChanges(database)
        self.bulk = SqlBulkStore(database)
        self.messages = SqlMessageStore(database)
        self.events = SqlEventLog(database)
        self.activity = SqlActivityStore(database)
        self.outbox = SqlOutboxStore(database)
        self.itself = SqlInstallationStore(database)
        self.ledger = SqlLedgerStore(database)
        self.retention = SqlRetentionStore(database)
        self.studio_sessions = SqlStudioSessionStore(database)
        self.accounts = SqlAccountStore(database, self.secrets)
        self.tries = SqlSignInTries(database, self.secrets)
        self.audit = SqlAuditLog(database)
        self.facts = Together(SqlReceiptLog(database).record_all, at_once_max=_FACTS_MAX)
        account = _account(config)
        self.fleet = self._fleet(account)
        self.receiver = Receiver(configs=self.provider_configs, facts=self.facts, account=account)
        self.books = Books(stream, self.inbound, self.follower_offsets, self.deliveries, self.status_news)

    def _fleet(self, account: Account) -> Fleet:
        return Fleet(
            configs=self.provider_configs,
            outbox=self.outbox,
            smtp_url=self.config.smtp_url,
            account=account,
            clock=self.clock,
        )

    @property
    def scribe(self) -> AccountScribe:
        """Writes what provider accounts are asked, to be looked at."""
        lent = _account(self.config)
        return AccountScribe(configs=self.provider_configs, smtp_url=self.config.smtp_url, account=lent)

    @property
    def oauth_keys(self) -> SqlOAuthKeyStore:
        """Keys of apps that send calls."""
        return SqlOAuthKeyStore(self.database)

    @property
    def access_tokens(self) -> AccessTokens:
        """Writes and reads what those apps are given."""
        return AccessTokens(self.secrets.derive("access-tokens"))

    @property
    def digests(self) -> SqlDigestStore:
        """What is gathered for digests."""
        return SqlDigestStore(self.database)

    def as_set_up(self, environments: Sequence[Environment]) -> Sequence[Environment]:
        """Give environments as the settings want them: with `test_delivery` of `deliver`, all are live."""
        if self.config.test_delivery != "deliver":
            return environments
        return [msgspec.structs.replace(environment, delivery="live") for environment in environments]

    async def first_keys(self) -> "FirstKeys":
        """Give what a first visitor needs, with a new one-time Studio token."""
        token = random.token_urlsafe(32)
        await self.studio_sessions.mint(token, expires_at=self.clock.now_ms() + _STUDIO_TOKEN_MS)
        return FirstKeys(
            api_key=_first_api_key(self.config), write_key=_first_write_key(self.config), studio_token=token
        )


def _account(config: Config) -> Account:
    """Say what every provider's account has in common."""
    return Account(
        email_from=config.email_from,
        receipts_url=f"{config.public_url.rstrip('/')}/receipts" if config.public_url else "",
        private_urls=config.private_urls,
    )


class FirstKeys(msgspec.Struct, frozen=True):
    """The keys of the first workspace's production environment, and a way into Studio."""

    api_key: str
    write_key: str
    studio_token: str


@asynccontextmanager
async def open_installation(config: Config) -> AsyncIterator[Installation]:
    """Open the stores; migrate them and make the first workspace, keys and source where missing."""
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with contextlib.AsyncExitStack() as stack:
        database = open_database(config)
        stack.push_async_callback(database.close)
        await migrate_database(database)
        stream, wakeup = await open_stream(config, stack)
        roster = open_roster(config, stack)
        installation = Installation(config=config, database=database, stream=stream, wakeup=wakeup, roster=roster)
        stack.push_async_callback(installation.fleet.close)
        stack.push_async_callback(installation.carrier.close)
        stack.push_async_callback(installation.receiver.close)
        await _bootstrap(installation)
        yield installation


def open_database(config: Config) -> Database:
    """Open the state database that the settings name."""
    if config.database_url:
        return Database.postgres(config.database_url)
    return Database.sqlite(config.data / "state.db")


async def migrate(config: Config, *, revision: str = "head") -> list[str]:
    """Bring the database to a revision; return the revisions passed.

    At the newest, partitions by time and the stream's tables are made too: who serves may be allowed to make none.
    """
    database = open_database(config)
    try:
        passed = await migrate_database(database, revision=revision)
        if revision == "head":
            await SqlInboundStore(database).make_room(now=SystemClock().now_ms())
            await make_stream(config)
        return passed
    finally:
        await database.close()


async def _bootstrap(installation: Installation) -> None:
    config, now = installation.config, installation.clock.now_ms()
    environments = await installation.api_keys.bootstrap(now=now)
    installation.environments = installation.as_set_up(environments)
    production = environments[0]
    await installation.api_keys.add(production.id, _first_api_key(config), name="first key", now=now)
    await installation.sources.add(production.id, "first source", _first_write_key(config), now=now)


def _first_api_key(config: Config) -> str:
    return config.api_key or kept_secret(config.data, "api-key", "pk_prod_")


def _first_write_key(config: Config) -> str:
    return config.write_key or kept_secret(config.data, "write-key")
