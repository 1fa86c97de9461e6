"""The front door, put together."""

from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import SecurityScheme, Tag
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, ControllerRouterHandler

from tidings import __version__
from tidings.api import refusals
from tidings.api.account import OwnAccountController
from tidings.api.account_sessions import SessionController, SignInController
from tidings.api.api_keys import ApiKeyController
from tidings.api.assets import AssetController, ShownAssetController
from tidings.api.audiences import AudienceController, ProfileAudienceController
from tidings.api.audit_events import AuditEventController
from tidings.api.auditing import Auditing
from tidings.api.authentication import api_key_guard, grant_of, session_guard, session_of
from tidings.api.brand_drafts import BrandDraftController
from tidings.api.brand_previews import BrandPreviewController
from tidings.api.brands import BrandController
from tidings.api.bulk import BulkController
from tidings.api.client_tokens import ClientTokenController
from tidings.api.deadline import BodyDeadline
from tidings.api.debug import debug
from tidings.api.debugger import DebuggerController
from tidings.api.delivery_view import DeliveryController
from tidings.api.destination_tests import DestinationTestController
from tidings.api.destinations import DestinationController
from tidings.api.device_tokens import DeviceTokenController
from tidings.api.digests import DigestController, TopicDigestController
from tidings.api.docs_page import DocsPage
from tidings.api.dry_runs import DryRunController, UserChannelController
from tidings.api.environments import EnvironmentController
from tidings.api.event_names import EventNameController
from tidings.api.events import EventController
from tidings.api.explain import ExplainController
from tidings.api.first_version import FirstPreferenceController, FirstRoutingController
from tidings.api.health import HealthController
from tidings.api.hosted import hosted_router
from tidings.api.inbound_events import InboundEventController
from tidings.api.insights import InsightController
from tidings.api.known_events import KnownEventController
from tidings.api.ledger import LedgerController
from tidings.api.lists import ListController
from tidings.api.memberships import TenantUserController, UserTenantController
from tidings.api.message_changes import MessageChangeController
from tidings.api.messages import MessageController
from tidings.api.metrics import metrics
from tidings.api.notification_metrics import NotificationMetricsController
from tidings.api.notification_parts import NotificationPartController
from tidings.api.notifications import NotificationController
from tidings.api.oauth_keys import OAuthKeyController
from tidings.api.oauth_token import OAuthTokenController
from tidings.api.outbox import OutboxController
from tidings.api.paths import DecodedParameters, RawPaths
from tidings.api.people import ProfileSearchController, TimelineController
from tidings.api.preference_page import PreferencePageController
from tidings.api.preference_sections import SectionController, TopicController
from tidings.api.previews import PreviewController
from tidings.api.profile_lists import ProfileListController
from tidings.api.profiles import ProfileController
from tidings.api.providers import ProviderController
from tidings.api.receipts import ReceiptController
from tidings.api.regulations import RegulationController
from tidings.api.requests import RequestController
from tidings.api.retention import RetentionController
from tidings.api.routing_strategies import RoutingStrategyController
from tidings.api.send import SendController
from tidings.api.send_list import SendListController
from tidings.api.send_schema import Described
from tidings.api.sending_rules import SendingRulesController
from tidings.api.services import Services
from tidings.api.sources import SourceController
from tidings.api.studio.routes import studio_router
from tidings.api.studio.session import COOKIE, StudioCookies
from tidings.api.submissions import SubmissionController
from tidings.api.suppressions import SuppressionController
from tidings.api.team import TeamController
from tidings.api.tenant_preferences import TenantPreferenceController
from tidings.api.tenant_templates import TenantTemplateController
from tidings.api.tenants import TenantController
from tidings.api.tracking import TrackingController
from tidings.api.translations import TranslationController
from tidings.api.user_preferences import UserPreferenceController
from tidings.errors import TidingsError

BODY_BYTES_MAX = 1024 * 1024
"""Twice the largest content; what is larger is no request of ours."""

_HOT: tuple[ControllerRouterHandler, ...] = (SendController, SendListController, BulkController)
"""What is asked many times a second: nothing of it is in the audit log."""

_KEYED: tuple[ControllerRouterHandler, ...] = (
    ProfileController,
    ProfileSearchController,
    TimelineController,
    ProfileListController,
    ProfileAudienceController,
    DeviceTokenController,
    DigestController,
    TopicDigestController,
    ListController,
    AudienceController,
    SectionController,
    TopicController,
    PreferencePageController,
    UserPreferenceController,
    SuppressionController,
    RegulationController,
    SendingRulesController,
    NotificationController,
    NotificationPartController,
    NotificationMetricsController,
    SubmissionController,
    PreviewController,
    RoutingStrategyController,
    BrandController,
    BrandDraftController,
    BrandPreviewController,
    TranslationController,
    AssetController,
    EventController,
    EventNameController,
    DryRunController,
    UserChannelController,
    FirstPreferenceController,
    FirstRoutingController,
    MessageController,
    MessageChangeController,
    ExplainController,
    RequestController,
    ProviderController,
    InboundEventController,
    OutboxController,
    SourceController,
    OAuthKeyController,
    LedgerController,
    InsightController,
    DestinationController,
    DestinationTestController,
    DeliveryController,
    DebuggerController,
    KnownEventController,
    TenantController,
    TenantPreferenceController,
    TenantTemplateController,
    TenantUserController,
    UserTenantController,
    TeamController,
    ApiKeyController,
    ClientTokenController,
    EnvironmentController,
    AuditEventController,
    RetentionController,
    debug,
)

_OWN_KEYS: tuple[ControllerRouterHandler, ...] = (
    ReceiptController,
    TrackingController,
    ShownAssetController,
    OAuthTokenController,
)
"""What is signed instead, or anybody may see."""

_TAGS = {
    "Send": "Send a message to a recipient, or to many.",
    "Profiles": "All we know of each user; identify calls write the same records.",
    "Lists": "Named groups of users, to send to as one.",
    "Audiences": "Users whose profiles meet a filter.",
    "Preferences": "What users want to be told, by topic and channel, and who gets nothing more.",
    "Digests": "Messages of a topic that go together, on a schedule.",
    "Bulk": "One message, and users added to it until it is run.",
    "Notifications": "Templates, designed once, in versions.",
    "Brands": "How messages look: colours, logo, footer, and snippets that templates share.",
    "Assets": "Pictures that messages show.",
    "Translations": "A workspace's words in other languages.",
    "Events": "Which template an event sends.",
    "Messages": "Where each message stands, and why.",
    "Providers": "Who delivers.",
    "Routing": "By which channels and providers, in which order.",
    "Inbound events": "Every call that came in, and what became of it.",
    "Outbox": "What was kept here instead of being sent.",
    "Sources": "Where calls come from.",
    "Privacy": "Users who ask not to be known, or to be forgotten.",
    "Insights": "What happened when, and how much waits.",
    "Ledger": "What was accepted, and where all of it is.",
    "Destinations": "What calls are handed to, and what each of them gets.",
    "Receipts": "Where providers tell what became of messages; each request is signed.",
    "Tracking": "Where links of sent messages lead, and where apps tell what became of them; each link is signed.",
    "Tenants": "Companies, teams and accounts; group calls write the same records.",
    "Studio": "What only the browser in which Studio runs asks.",
    "Account": "Your own account: how you sign in to Studio, and where you are signed in.",
    "API keys": "What opens an environment to Courier clients.",
    "Environments": "Closed worlds, each with its own keys, templates, users and logs.",
    "Audit": "What was changed, by whom, when.",
    "Team": "Who may use Studio, and as what.",
    "Debug": "Try a key.",
    "Health": "For balancers, orchestrators and Prometheus.",
}

_REFUSALS = {
    400: "The request is wrong; the message says what, and where.",
    401: "No valid API key.",
    403: "The key, or the role of whoever is signed in, does not allow this; the message says what does.",
    404: "There is nothing of that id in the key's environment.",
    413: "A limit was passed.",
    503: "Storage cannot take it now; nothing was kept. `Retry-After` says when to come back.",
}

_OPEN = frozenset({"/health/live", "/health/ready", "/metrics"})


def create_application(*, services: Services) -> ASGIApp:
    """Build the ASGI application: everything but the tracking endpoints, which are mounted in front of it."""
    return RawPaths(BodyDeadline(routed(services)))


def routed(services: Services) -> Litestar:
    """Build the routes and their description."""

    def audited(app: ASGIApp) -> ASGIApp:  # a function, since Litestar copies whatever else it finds here, deeply
        return Auditing(app, services)

    keyed = Router(
        path="/",
        route_handlers=[*_HOT, Router(path="/", route_handlers=_KEYED, middleware=[audited])],
        guards=[api_key_guard(services)],
        dependencies={"grant": Provide(grant_of, sync_to_thread=False)},
        security=[{"apiKey": []}, {"basic": []}],
    )
    cookies = StudioCookies(services)
    signed_in = Router(
        path="/",
        route_handlers=[OwnAccountController, SessionController],
        guards=[session_guard(services)],
        middleware=[audited],
        dependencies={"session": Provide(session_of, sync_to_thread=False)},
        security=[{"session": []}],
    )
    litestar = Litestar(
        route_handlers=[
            keyed,
            signed_in,
            Router(path="/", route_handlers=[SignInController], middleware=[audited]),
            *_OWN_KEYS,
            hosted_router(),
            HealthController,
            metrics,
            studio_router(services),
        ],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False, use_cache=True),
            "studio_cookies": Provide(lambda: cookies, sync_to_thread=False, use_cache=True),
        },
        exception_handlers=_exception_handlers(),
        middleware=[DecodedParameters],
        openapi_config=_openapi(),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
    )
    for route in litestar.routes:
        if isinstance(route, HTTPRoute) and route.path not in _OPEN:
            _document_refusals(route)
    return litestar


def _document_refusals(route: HTTPRoute) -> None:
    for handler in route.route_handlers:
        documented = {
            status: ResponseSpec(refusals.Refusal, generate_examples=False, description=description)
            for status, description in _REFUSALS.items()
        }
        handler.responses = {**documented, **(handler.responses or {})}


def _exception_handlers() -> dict[Any, Any]:
    return {
        TidingsError: refusals.for_tidings,
        HTTPException: refusals.for_http,
        msgspec.DecodeError: refusals.for_decoding,
        UnicodeDecodeError: refusals.for_bad_text,
        TimeoutError: refusals.for_slow_body,
        Exception: refusals.for_anything,
    }


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="tidings",
        version=__version__,
        summary="Segment calls in, notifications out, on your own machine.",
        description="Courier's API, so that its official clients work with `base_url` alone, and a little of our own.",
        path="/docs",
        tags=[Tag(name=name, description=description) for name, description in _TAGS.items()],
        components=Described(
            security_schemes={
                "apiKey": SecurityScheme(type="http", scheme="bearer", description="An API key."),
                "session": SecurityScheme(
                    type="apiKey", name=COOKIE, security_scheme_in="cookie", description="Signed in to Studio."
                ),
                "signature": SecurityScheme(
                    type="apiKey",
                    name="webhook-signature",
                    security_scheme_in="header",
                    description="Each provider signs in its own way; its page in the documentation says how.",
                ),
                "basic": SecurityScheme(type="http", scheme="basic", description="The key as user or as password."),
            },
        ),
        render_plugins=[DocsPage()],
        use_handler_docstrings=True,
    )
