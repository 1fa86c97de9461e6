"""Sockets: what the pipeline and the API need of storage. Everything takes batches.

The docstrings are the law; `tests/contract` enforces it on every backend.
"""

from tidings.ports.account_store import AccountStore
from tidings.ports.activity_store import ActivityStore, Waiting
from tidings.ports.api_key_store import ApiKeyStore
from tidings.ports.archive_manifest import ArchiveManifest
from tidings.ports.asset_files import AssetFiles
from tidings.ports.asset_store import AssetStore
from tidings.ports.audience_store import AudienceStore, AudienceTransaction
from tidings.ports.audit_log import AuditLog
from tidings.ports.brand_store import BrandStore
from tidings.ports.bulk_store import BulkStore
from tidings.ports.call_archive import CallArchive
from tidings.ports.carrier import Carrier
from tidings.ports.delivery_store import DeliveryStore
from tidings.ports.destination_store import DestinationStore
from tidings.ports.device_token_store import DeviceTokenStore
from tidings.ports.digest_store import DigestInstance, DigestStore
from tidings.ports.erasure import Erased, Erasure, Moment
from tidings.ports.event_catalogue import EventCatalogue
from tidings.ports.event_log import Counted, EventFilter, EventLog
from tidings.ports.event_map_store import EventMapStore
from tidings.ports.expansion_store import ExpansionStore, ExpansionTransaction
from tidings.ports.explainer import Explainer
from tidings.ports.follower_store import FollowerStore
from tidings.ports.forecaster import Forecaster
from tidings.ports.inbound_store import InboundStore, InboundTransaction
from tidings.ports.installation_store import Hold, InstallationStore
from tidings.ports.landings import Landings
from tidings.ports.ledger_store import LedgerReading, LedgerStore
from tidings.ports.list_store import ListStore
from tidings.ports.membership_store import MembershipStore
from tidings.ports.message_changes import MessageChanges
from tidings.ports.message_queue import MessageQueue
from tidings.ports.message_store import MessageFilter, MessageStore
from tidings.ports.oauth_key_store import OAuthKeyStore
from tidings.ports.outbox_store import OutboxItem, OutboxStore
from tidings.ports.page import Page
from tidings.ports.preference_store import PreferenceStore
from tidings.ports.profile_search import ProfileSearch
from tidings.ports.profile_store import ProfileStore
from tidings.ports.provider_config_store import ProviderConfigStore
from tidings.ports.provider_health_store import ProviderHealthStore
from tidings.ports.providers import Providers
from tidings.ports.receipt_log import Facts, ReceiptLog
from tidings.ports.regulation_store import RegulationStore
from tidings.ports.replay_store import ReplayStore, ReplayTransaction
from tidings.ports.retention_store import RetentionStore
from tidings.ports.rewriter import Rewriter, Scribe
from tidings.ports.roster import Roster
from tidings.ports.routing_strategy_store import RoutingStrategyStore
from tidings.ports.sending_rules_store import Count, Passage, SendingRulesStore
from tidings.ports.sign_in_tries import SignInTries
from tidings.ports.source_store import SourceStore
from tidings.ports.status_news_store import StatusNewsStore
from tidings.ports.stream import Stream
from tidings.ports.studio_session_store import StudioSessionStore
from tidings.ports.submission_store import SubmissionStore
from tidings.ports.suppression_store import SuppressionStore
from tidings.ports.template_metrics import TemplateFigures, TemplateMetrics
from tidings.ports.template_store import TemplateStore
from tidings.ports.tenant_store import TenantStore
from tidings.ports.tenant_template_store import TenantTemplateStore
from tidings.ports.timeline import Timeline
from tidings.ports.translation_store import TranslationStore
from tidings.ports.wakeup import Topic, Wakeup

__all__ = [
    "AccountStore",
    "ActivityStore",
    "ApiKeyStore",
    "ArchiveManifest",
    "AssetFiles",
    "AssetStore",
    "AudienceStore",
    "AudienceTransaction",
    "AuditLog",
    "BrandStore",
    "BulkStore",
    "CallArchive",
    "Carrier",
    "Count",
    "Counted",
    "DeliveryStore",
    "DestinationStore",
    "DeviceTokenStore",
    "DigestInstance",
    "DigestStore",
    "Erased",
    "Erasure",
    "EventCatalogue",
    "EventFilter",
    "EventLog",
    "EventMapStore",
    "ExpansionStore",
    "ExpansionTransaction",
    "Explainer",
    "Facts",
    "FollowerStore",
    "Forecaster",
    "Hold",
    "InboundStore",
    "InboundTransaction",
    "InstallationStore",
    "Landings",
    "LedgerReading",
    "LedgerStore",
    "ListStore",
    "MembershipStore",
    "MessageChanges",
    "MessageFilter",
    "MessageQueue",
    "MessageStore",
    "Moment",
    "OAuthKeyStore",
    "OutboxItem",
    "OutboxStore",
    "Page",
    "Passage",
    "PreferenceStore",
    "ProfileSearch",
    "ProfileStore",
    "ProviderConfigStore",
    "ProviderHealthStore",
    "Providers",
    "ReceiptLog",
    "RegulationStore",
    "ReplayStore",
    "ReplayTransaction",
    "RetentionStore",
    "Rewriter",
    "Roster",
    "RoutingStrategyStore",
    "Scribe",
    "SendingRulesStore",
    "SignInTries",
    "SourceStore",
    "StatusNewsStore",
    "Stream",
    "StudioSessionStore",
    "SubmissionStore",
    "SuppressionStore",
    "TemplateFigures",
    "TemplateMetrics",
    "TemplateStore",
    "TenantStore",
    "TenantTemplateStore",
    "Timeline",
    "Topic",
    "TranslationStore",
    "Waiting",
    "Wakeup",
]
