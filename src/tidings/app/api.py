"""The API process: the front door, put together."""

import asyncio
import dataclasses
import os
from collections.abc import Awaitable, Callable

import structlog

from tidings.accounts import single_sign_on
from tidings.api.accept import Accept
from tidings.api.application import create_application
from tidings.api.browser import COMES_ALONG, Browser
from tidings.api.front import Front
from tidings.api.grants import Grants
from tidings.api.server import serve
from tidings.api.services import Catalog, OAuth, Posted, Services
from tidings.api.studio.identity_provider import ANSWER_BYTES_MAX, IdentityProvider
from tidings.api.studio.post import Post
from tidings.api.tail import Following
from tidings.app import ledger
from tidings.app.assets import files_of
from tidings.app.explaining import explainer_of, forecaster_of, rewriter_of
from tidings.app.installation import Installation, open_installation
from tidings.app.signals import stop_on_signals
from tidings.app.standing import standings
from tidings.carriers.http_carrier import HttpCarrier
from tidings.channels import Dispatch
from tidings.config import Config
from tidings.errors import Unavailable
from tidings.ledger import Account, Period
from tidings.messages import Sent
from tidings.pipeline.catalogues import Catalogues
from tidings.ports import Stream
from tidings.provider_configs import ProviderConfig
from tidings.providers import catalog
from tidings.providers.receiver import Receiver
from tidings.providers.webhook import Webhook
from tidings.rendering import Renderer
from tidings.workspaces import ClientTokens

log = structlog.get_logger()


async def run_api(config: Config, *, ready: Callable[[str], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight finish. `ready` is told the URL once it listens."""
    stop = stop_on_signals()
    async with open_installation(config) as installation:
        provider = _identity_provider(installation)
        post = _post(installation)
        grants = Grants(api_keys=installation.api_keys, sources=installation.sources)
        await grants.refresh()
        accept = Accept(
            stream=installation.stream,
            grants=grants,
            access_tokens=installation.access_tokens,
            sources=installation.sources,
            clock=installation.clock,
            wakeup=installation.wakeup,
            strict_write_keys=config.strict_write_keys,
            trusted_proxies=config.trusted_proxies,
        )
        scripts = config.analytics_js or (str(COMES_ALONG) if COMES_ALONG.is_dir() else "")
        browser = Browser(grants=grants, scripts=scripts, trusted_proxies=config.trusted_proxies)
        await accept.start()
        refreshing = asyncio.create_task(grants.run(installation.wakeup, installation.clock))
        front = Front(
            accept=accept,
            browser=browser,
            application=create_application(
                services=dataclasses.replace(
                    _services(installation, grants, Following(stop), post), identity_provider=provider
                )
            ),
        )
        log.info("api.started", pid=os.getpid())
        await serve(front, host=config.host, port=config.port, stop=stop, ready=ready)
        refreshing.cancel()
        await accept.stop()
        await post.close()
        if provider is not None:
            await provider.close()
    log.info("api.stopped", pid=os.getpid())


CATALOG = Catalog(
    entries=catalog.entries,
    decode_settings=catalog.decode_settings,
    masked=catalog.masked,
    unmasked=catalog.unmasked,
)
"""What the API may ask of the providers there are."""


def _services(installation: Installation, grants: Grants, following: Following, post: Post) -> Services:
    renderer = Renderer(html_scripts=installation.config.html_scripts)
    return Services(
        profiles=installation.profiles,
        people=installation.people,
        timeline=installation.timeline,
        templates=installation.templates,
        template_metrics=installation.template_metrics,
        brands=installation.brands,
        translations=installation.translations,
        translated=Catalogues(installation.translations).read,
        assets=installation.assets,
        asset_files=files_of(installation.config),
        renderer=renderer,
        tenants=installation.tenants,
        memberships=installation.memberships,
        tenant_templates=installation.tenant_templates,
        submissions=installation.submissions,
        routing_strategies=installation.routing_strategies,
        event_maps=installation.event_maps,
        provider_configs=installation.provider_configs,
        provider_health=installation.provider_health,
        messages=installation.messages,
        expansions=installation.expansions,
        lists=installation.lists,
        audiences=installation.audiences,
        preferences=installation.preferences,
        digests=installation.digests,
        suppressions=installation.suppressions,
        regulations=installation.regulations,
        rules=installation.rules,
        changes=installation.changes,
        bulk=installation.bulk,
        explainer=explainer_of(installation),
        rewriter=rewriter_of(installation, renderer),
        forecaster=forecaster_of(installation),
        events=installation.events,
        activity=installation.activity,
        outbox=installation.outbox,
        api_keys=installation.api_keys,
        sources=installation.sources,
        oauth=OAuth(installation.oauth_keys, installation.access_tokens),
        destinations=installation.destinations,
        deliveries=installation.deliveries,
        devices=installation.devices,
        catalogue=installation.event_catalogue,
        carrier=installation.carrier,
        studio_sessions=installation.studio_sessions,
        accounts=installation.accounts,
        tries=installation.tries,
        post=post,
        audit=installation.audit,
        stream=installation.stream,
        wakeup=installation.wakeup,
        grants=grants,
        catalog=CATALOG,
        clock=installation.clock,
        config=installation.config,
        secrets=installation.secrets,
        depth=_depth(installation),
        account=_account(installation),
        links=installation.links,
        client_tokens=ClientTokens(installation.secrets.derive("client-tokens")),
        facts=installation.facts,
        check=_check(installation.receiver),
        receipts=_receipts(installation.receiver),
        ready=_ready(installation),
        standings=lambda found: standings(installation.books, found, now=installation.clock.now_ms()),
        following=following,
    )


def _identity_provider(installation: Installation) -> IdentityProvider | None:
    """Make what asks the issuer of the settings, which may be inside the network. Raises `ConfigurationError`."""
    settings = single_sign_on(installation.config)
    if settings is None:
        return None
    carrier = HttpCarrier(allow_private=True, answer_bytes_max=ANSWER_BYTES_MAX)
    return IdentityProvider(settings, carrier=carrier, clock=installation.clock)


def _post(installation: Installation) -> Post:
    """Make what sends mail to the team, by the mail server of the settings alone."""
    smtp, config = installation.fleet.smtp, installation.config

    async def hand_over(dispatch: Dispatch) -> str:
        outcome = None if smtp is None else await smtp.send(dispatch)
        return "" if outcome is None or isinstance(outcome, Sent) else outcome.detail

    return Post(
        hand_over=hand_over if smtp is not None else None, public_url=config.public_url, clock=installation.clock
    )


def _depth(installation: Installation) -> Callable[[], Awaitable[dict[str, int]]]:
    async def depth() -> dict[str, int]:
        return {"stream_lag": await _stream_lag(installation), "due_depth": await installation.queue.depth()}

    return depth


def _ready(installation: Installation) -> Callable[[], Awaitable[dict[str, str]]]:
    async def ready() -> dict[str, str]:
        return {
            "database": await _word(installation.inbound.offsets),
            "stream": await stream_word(installation.stream),
            "delivery": await _delivery(installation),
        }

    return ready


async def stream_word(stream: Stream) -> str:
    """Say `ok`, or what is wrong: it is to be read, and to take what is appended, which a full one does not."""
    word = await _word(lambda: stream.last_offset(0))
    return stream.trouble or word if word == "ok" else word


def _account(installation: Installation) -> Callable[[int, Period | None], Awaitable[tuple[Period, Account]]]:
    async def account(environment_id: int, period: Period | None) -> tuple[Period, Account]:
        scope = ledger.Scope([environment_id], installation.clock.now_ms(), period)
        covered, (answer,) = await ledger.accounts(installation.ledger, installation.stream, scope)
        return covered, answer

    return account


def _check(receiver: Receiver) -> Callable[[ProviderConfig], Awaitable[tuple[bool, str]]]:
    async def check(config: ProviderConfig) -> tuple[bool, str]:
        found = await receiver.check(config)
        return found.ok, found.detail

    return check


def _receipts(receiver: Receiver) -> Callable[[str, Posted], Awaitable[str]]:
    async def take(config_id: str, posted: Posted) -> str:
        return await receiver.receive(config_id, Webhook(**dataclasses.asdict(posted)))

    return take


async def _stream_lag(installation: Installation) -> int:
    """Count the requests that were accepted and not yet applied."""
    applied, stream = await installation.inbound.offsets(), installation.stream
    return sum([await stream.waiting(partition, applied.get(partition, 0)) for partition in range(stream.partitions)])


async def _delivery(installation: Installation) -> str:
    try:
        hold = await installation.itself.hold()
    except Unavailable as error:
        return str(error)
    return f"held: {hold.because}; tidings release lets messages go" if hold else "ok"


async def _word(probe: Callable[[], Awaitable[object]]) -> str:
    try:
        await probe()
    except Unavailable as error:
        return str(error)
    return "ok"
