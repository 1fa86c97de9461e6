"""Sockets: what the pipeline and the API need of storage. Everything takes batches.

The docstrings are the law; `tests/contract` enforces it on every backend.
"""

from tidings.ports.api_key_store import ApiKeyStore
from tidings.ports.event_log import EventFilter, EventLog
from tidings.ports.event_map_store import EventMapStore
from tidings.ports.inbound_store import InboundStore, InboundTransaction
from tidings.ports.installation_store import Hold, InstallationStore
from tidings.ports.ledger_store import LedgerReading, LedgerStore
from tidings.ports.message_queue import MessageQueue
from tidings.ports.message_store import MessageFilter, MessageStore
from tidings.ports.outbox_store import OutboxItem, OutboxStore
from tidings.ports.page import Page
from tidings.ports.profile_store import ProfileStore
from tidings.ports.provider_config_store import ProviderConfigStore
from tidings.ports.providers import Providers
from tidings.ports.roster import Roster
from tidings.ports.source_store import SourceStore
from tidings.ports.stream import Stream
from tidings.ports.studio_session_store import StudioSessionStore
from tidings.ports.template_store import TemplateStore
from tidings.ports.wakeup import Topic, Wakeup

__all__ = [
    "ApiKeyStore",
    "EventFilter",
    "EventLog",
    "EventMapStore",
    "Hold",
    "InboundStore",
    "InboundTransaction",
    "InstallationStore",
    "LedgerReading",
    "LedgerStore",
    "MessageFilter",
    "MessageQueue",
    "MessageStore",
    "OutboxItem",
    "OutboxStore",
    "Page",
    "ProfileStore",
    "ProviderConfigStore",
    "Providers",
    "Roster",
    "SourceStore",
    "Stream",
    "StudioSessionStore",
    "TemplateStore",
    "Topic",
    "Wakeup",
]
