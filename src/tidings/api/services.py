"""What the front door needs of the rest of the house."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from tidings.api.studio.identity_provider import IdentityProvider
from tidings.api.studio.post import Post
from tidings.api.studio.proofs import Proofs
from tidings.api.tail import Following
from tidings.clock import Clock
from tidings.config import Config
from tidings.destinations import Destination, Standing
from tidings.errors import Unavailable
from tidings.ledger import Account, Period
from tidings.links import Links
from tidings.ports import (
    AccountStore,
    ActivityStore,
    ApiKeyStore,
    AssetFiles,
    AssetStore,
    AudienceStore,
    AuditLog,
    BrandStore,
    BulkStore,
    Carrier,
    DeliveryStore,
    DestinationStore,
    DeviceTokenStore,
    DigestStore,
    EventCatalogue,
    EventLog,
    EventMapStore,
    ExpansionStore,
    Explainer,
    Facts,
    Forecaster,
    ListStore,
    MembershipStore,
    MessageChanges,
    MessageStore,
    OAuthKeyStore,
    OutboxStore,
    PreferenceStore,
    ProfileSearch,
    ProfileStore,
    ProviderConfigStore,
    ProviderHealthStore,
    RegulationStore,
    Rewriter,
    RoutingStrategyStore,
    SendingRulesStore,
    SignInTries,
    SourceStore,
    Stream,
    StudioSessionStore,
    SubmissionStore,
    SuppressionStore,
    TemplateMetrics,
    TemplateStore,
    TenantStore,
    TenantTemplateStore,
    Timeline,
    TranslationStore,
    Wakeup,
)
from tidings.provider_configs import ProviderConfig
from tidings.rendering import InlineContent, Renderer
from tidings.secrets import SecretBox
from tidings.together import Together
from tidings.translations import Catalogue
from tidings.workspaces import AccessTokens, ApiKeyGrant, ClientTokens, Environment, OAuthKey, SourceGrant


class Grants(Protocol):
    """What keys open."""

    def api_key(self, key: str, /) -> ApiKeyGrant | None:
        """Tell what an API key opens; None when it opens nothing."""
        ...

    def of_key(self, key_id: str, /) -> ApiKeyGrant | None:
        """Tell what the API key of this id opens; None when it opens nothing, or nothing any more."""
        ...

    def oauth_key(self, client_id: str, key_id: str, /) -> tuple[SourceGrant, OAuthKey] | None:
        """Find an app's OAuth key, and its source, a disabled one too; None when it is not registered."""
        ...

    def environments(self) -> Sequence[Environment]:
        """List the environments there are, in order of id."""
        ...

    async def refresh(self) -> None:
        """Read them all anew. Raises `Unavailable`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalog:
    """What can be known of the providers that exist (`tidings.providers.catalog`)."""

    entries: Callable[[], Sequence[Mapping[str, Any]]]
    """Every provider as `GET /providers/catalog` shows it, `receipts` and `settings` among it."""
    decode_settings: Callable[[str, Mapping[str, Any]], Any]
    """Check settings for a provider's key. Raises `InvalidInput` naming the setting, or the unknown provider."""
    masked: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    """The same settings with every secret as `********`."""
    unmasked: Callable[[str, Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
    """Settings as they were sent, with the stored secret wherever `********` was sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One request of a provider, as it came. Header names are in lower case."""

    url: str
    """As the provider sees it: some sign it."""
    method: str
    message_id: str
    """The message that the address names; empty for the account's own."""
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: int


@dataclass(frozen=True, slots=True)
class OAuth:
    """By which keys apps prove who they are, and what they are given."""

    keys: OAuthKeyStore
    tokens: AccessTokens


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Stores, signals and readings, as the composition root built them."""

    profiles: ProfileStore
    people: ProfileSearch
    timeline: Timeline
    templates: TemplateStore
    template_metrics: TemplateMetrics
    brands: BrandStore
    translations: TranslationStore
    translated: Callable[[Sequence[int]], Awaitable[Mapping[int, Catalogue]]]
    """Every language of these environments, ready to be looked up; those without any are left out."""
    assets: AssetStore
    asset_files: AssetFiles
    renderer: Renderer
    """For previews; the worker has its own."""
    inline: InlineContent = field(default_factory=InlineContent)
    tenants: TenantStore
    memberships: MembershipStore
    tenant_templates: TenantTemplateStore
    submissions: SubmissionStore
    routing_strategies: RoutingStrategyStore
    event_maps: EventMapStore
    provider_configs: ProviderConfigStore
    provider_health: ProviderHealthStore
    messages: MessageStore
    expansions: ExpansionStore
    lists: ListStore
    audiences: AudienceStore
    preferences: PreferenceStore
    digests: DigestStore
    suppressions: SuppressionStore
    regulations: RegulationStore
    rules: SendingRulesStore
    changes: MessageChanges
    bulk: BulkStore
    explainer: Explainer
    rewriter: Rewriter
    forecaster: Forecaster
    events: EventLog
    activity: ActivityStore
    outbox: OutboxStore
    api_keys: ApiKeyStore
    sources: SourceStore
    oauth: OAuth
    destinations: DestinationStore
    deliveries: DeliveryStore
    devices: DeviceTokenStore
    catalogue: EventCatalogue
    carrier: Carrier
    studio_sessions: StudioSessionStore
    accounts: AccountStore
    tries: SignInTries
    proofs: Proofs = field(default_factory=Proofs)
    identity_provider: IdentityProvider | None = None
    """By whose word people sign in, too; None when the settings name none."""
    post: Post
    """Sends mail to the team."""
    audit: AuditLog
    stream: Stream
    wakeup: Wakeup
    grants: Grants
    catalog: Catalog
    clock: Clock
    config: Config
    secrets: SecretBox
    links: Links
    client_tokens: ClientTokens
    facts: Together[Facts]
    """Records what is told of messages, together with what else is told meanwhile."""
    check: Callable[[ProviderConfig], Awaitable[tuple[bool, str]]]
    """Logs in at a provider and leaves again: whether that worked, and what to do when it did not."""
    receipts: Callable[[str, Posted], Awaitable[str]]
    """Takes what a provider posts for one of its configurations, and gives the words to answer with."""
    depth: Callable[[], Awaitable[Mapping[str, int]]]
    """How much waits: `stream_lag` (records not yet applied) and `due_depth` (messages not yet sent)."""
    account: Callable[[int, Period | None], Awaitable[tuple[Period, Account]]]
    """An environment's ledger, from its counts, and the period that they cover. Raises `InvalidInput`."""
    ready: Callable[[], Awaitable[Mapping[str, str]]]
    """Each component and `ok`, or what is wrong with it."""
    standings: Callable[[Sequence[Destination]], Awaitable[Mapping[str, Standing]]]
    """How the outside destinations among these stand, by id."""
    following: Following = field(default_factory=Following)
    """Who follows the log, and when they have to end."""


async def keys_changed(services: Services) -> None:
    """Let a change of keys hold here before it is answered, since a first call comes right behind it.

    Other processes are woken. While storage is away, this one learns of it as they do.
    """
    services.wakeup.wake("config")
    with suppress(Unavailable):
        await services.grants.refresh()
