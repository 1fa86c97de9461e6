"""What the front door needs of the rest of the house."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tidings.clock import Clock
from tidings.config import Config
from tidings.ports import (
    ApiKeyStore,
    BulkStore,
    EventLog,
    EventMapStore,
    ExpansionStore,
    Explainer,
    ListStore,
    MessageChanges,
    MessageStore,
    OutboxStore,
    PreferenceStore,
    ProfileStore,
    ProviderConfigStore,
    SendingRulesStore,
    SourceStore,
    Stream,
    StudioSessionStore,
    SuppressionStore,
    TemplateStore,
    Wakeup,
)
from tidings.secrets import SecretBox
from tidings.workspaces import ApiKeyGrant


class Grants(Protocol):
    """What keys open."""

    def api_key(self, key: str, /) -> ApiKeyGrant | None:
        """Tell what an API key opens; None when it opens nothing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalog:
    """What can be known of the providers that exist (`tidings.providers.catalog`)."""

    entries: Callable[[], Sequence[Mapping[str, Any]]]
    """Every provider as `GET /providers/catalog` shows it: `provider, name, channel, description, settings`."""
    decode_settings: Callable[[str, Mapping[str, Any]], Any]
    """Check settings for a provider's key. Raises `InvalidInput` naming the setting, or the unknown provider."""
    masked: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    """The same settings with every secret as `********`."""
    unmasked: Callable[[str, Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
    """Settings as they were sent, with the stored secret wherever `********` was sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Stores, signals and readings, as the composition root built them."""

    profiles: ProfileStore
    templates: TemplateStore
    event_maps: EventMapStore
    provider_configs: ProviderConfigStore
    messages: MessageStore
    expansions: ExpansionStore
    lists: ListStore
    preferences: PreferenceStore
    suppressions: SuppressionStore
    rules: SendingRulesStore
    changes: MessageChanges
    bulk: BulkStore
    explainer: Explainer
    events: EventLog
    outbox: OutboxStore
    api_keys: ApiKeyStore
    sources: SourceStore
    studio_sessions: StudioSessionStore
    stream: Stream
    wakeup: Wakeup
    grants: Grants
    catalog: Catalog
    clock: Clock
    config: Config
    secrets: SecretBox
    depth: Callable[[], Awaitable[Mapping[str, int]]]
    """How much waits: `stream_lag` (records not yet applied) and `due_depth` (messages not yet sent)."""
    ready: Callable[[], Awaitable[Mapping[str, str]]]
    """Each component and `ok`, or what is wrong with it."""
