"""The worker process: the inbound and the outbound step, put together."""

import gc
import os
import secrets as random
import socket
from collections.abc import Awaitable, Callable

import structlog

from tidings.app.archive import archiving_of, rules_of
from tidings.app.explaining import environments_of, gatekeeper_of, tenancy_of
from tidings.app.home import find_home, move_in
from tidings.app.installation import HOUR_MS, Installation, open_installation
from tidings.app.privacy import regulating_of
from tidings.app.signals import stop_on_signals
from tidings.backends.files.landed_files import LandedFiles
from tidings.config import Config
from tidings.pipeline.audiences import AudienceStep
from tidings.pipeline.cataloguing import Cataloguing
from tidings.pipeline.digest_rounds import DigestRounds
from tidings.pipeline.expansion import ExpansionStep
from tidings.pipeline.follower import Follower
from tidings.pipeline.followers import Followers, Shelf
from tidings.pipeline.health import HealthRound
from tidings.pipeline.inbound import InboundStep
from tidings.pipeline.naming import Naming
from tidings.pipeline.outbound import Library, OutboundRules, OutboundStep
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.share import Share
from tidings.pipeline.worker import Chore, Worker
from tidings.ports import AuditLog, RetentionStore, SendingRulesStore
from tidings.rendering import Renderer

log = structlog.get_logger()

_COLLECTED_AFTER = (20_000, 20, 50)
"""When the garbage collector looks: a batch makes as many objects, nearly none of them in a cycle."""
_DAY_MS = 24 * HOUR_MS
_MINUTES_DAYS = 2  # what happened is shown by the minute for some hours, and by the hour for good
_COUNTS_KEPT_MS = 40 * _DAY_MS  # longer than the longest period of a limit, and than any message is tried


async def run_worker(config: Config, *, ready: Callable[[], None] | None = None) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = stop_on_signals()
    async with open_installation(config) as installation:
        home = await find_home(installation.itself, config.data / "state.db")
        if hold := await move_in(installation.itself, home, now=installation.clock.now_ms()):
            log.warning("worker.held", because=hold.because, what_to_do="tidings release")
        worker = build_worker(installation)
        log.info("worker.started", pid=os.getpid())
        gc.collect()
        gc.freeze()  # what was imported and built stays: the collector need not walk over it between batches
        gc.set_threshold(*_COLLECTED_AFTER)
        if ready:
            ready()
        await worker.run(stop)
    log.info("worker.stopped", pid=os.getpid())


def build_worker(installation: Installation) -> Worker:
    """Put the two steps together."""
    config = installation.config
    window_ms = config.dedup_hours * HOUR_MS
    inbound = InboundStep(
        stream=installation.stream,
        store=installation.inbound,
        rules=rules_of(config),
    )
    name = f"{socket.gethostname()}:{os.getpid()}:{random.token_hex(4)}"
    archivers, loops = archiving_of(installation, name)
    loops["regulations"] = regulating_of(installation, name).round
    loops["audiences"] = AudienceStep(store=installation.audiences, clock=installation.clock).round
    loops["digests"] = DigestRounds(
        preferences=installation.preferences,
        expansions=installation.expansions,
        environment_ids=[environment.id for environment in installation.environments],
        wakeup=installation.wakeup,
        clock=installation.clock,
    ).round
    loops["provider health"] = HealthRound(
        sightings=installation.fleet.sightings,
        store=installation.provider_health,
        worker=name,
        clock=installation.clock,
    ).round
    catalogue = Cataloguing(catalogue=installation.event_catalogue, sources=installation.sources)
    naming = Naming(profiles=installation.profiles)
    followers = Followers(
        shelf=Shelf(
            installation.stream,
            installation.follower_offsets,
            installation.deliveries,
            installation.destinations,
            installation.sources,
            installation.status_news,
        ),
        carrier=installation.carrier,
        clock=installation.clock,
        holder=name,
        own=[
            Follower(stream=installation.stream, store=installation.follower_offsets, step=catalogue),
            Follower(stream=installation.stream, store=installation.follower_offsets, step=naming),
            *archivers,
        ],
        hold_hours=config.follower_hold_hours,
    )
    return Worker(
        inbound=inbound,
        outbound=_outbound(installation, name),
        expansion=ExpansionStep(store=installation.expansions, clock=installation.clock),
        followers=followers,
        stream=installation.stream,
        store=installation.inbound,
        wakeup=installation.wakeup,
        clock=installation.clock,
        share=Share(partitions=installation.stream.partitions, roster=installation.roster),
        dedup_window_ms=window_ms,
        chores=chores_of(config, rules=installation.rules, retention=installation.retention, audit=installation.audit),
        loops=loops,
    )


def _outbound(installation: Installation, name: str) -> OutboundStep:
    return OutboundStep(
        queue=installation.queue,
        library=_library(installation),
        providers=installation.fleet,
        preparer=Preparer(renderer=Renderer(html_scripts=installation.config.html_scripts), links=installation.links),
        wakeup=installation.wakeup,
        clock=installation.clock,
        rules=OutboundRules(worker=name, claim_ms=installation.config.claim_s * 1000),
        landings=LandedFiles(installation.config.data / "landed", name),
    )


def _library(installation: Installation) -> Library:
    return Library(
        tenancy_of(installation),
        installation.profiles,
        environments_of(installation),
        gatekeeper_of(installation),
        installation.brands,
        installation.translations,
        installation.devices,
    )


def chores_of(config: Config, *, rules: SendingRulesStore, retention: RetentionStore, audit: AuditLog) -> list[Chore]:
    """List what is to be forgotten, and when."""
    chores: list[Chore] = [lambda now: rules.forget(before=now - _COUNTS_KEPT_MS)]
    kept = (
        (_MINUTES_DAYS, retention.forget_minutes),
        (config.events_days, retention.forget_events),
        (config.messages_days, retention.forget_messages),
        (config.audit_days, audit.forget),
    )
    return chores + [_forgetting(forget, days) for days, forget in kept if days]


def _forgetting(forget: Callable[..., Awaitable[int]], days: int) -> Chore:
    """Forget what is older than so many days; once an hour, since it is forgotten by whole hours."""
    done = -1

    async def work(now: int) -> None:
        nonlocal done
        if now // HOUR_MS != done:
            await forget(before=now - days * _DAY_MS)
            done = now // HOUR_MS

    return work
