"""Every provider account at work in this process: which an environment may use, and handing messages to them."""

import asyncio
import time
import traceback
from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from tidings import telemetry
from tidings.channels import Available, Dispatch, Way
from tidings.clock import Clock
from tidings.errors import InvalidInput, NotFound, TidingsError
from tidings.messages import Outcome, Reason, RetryLater, Undeliverable, Unknown
from tidings.ports import OutboxStore, ProviderConfigStore
from tidings.provider_configs import ProviderConfig, Sighting
from tidings.providers.base import Account, Check, Provider, RateLimit
from tidings.providers.catalog import CATALOG, decode_settings
from tidings.providers.changed_accounts import ChangedAccounts, changes_of, not_taken
from tidings.providers.lane import Lane
from tidings.providers.logbook import Logbook
from tidings.providers.outbox import Outbox
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import smtp_settings_from_url
from tidings.routing import KNOWN_CHANNELS
from tidings.workspaces import Environment

CHANNELS = tuple(sorted(KNOWN_CHANNELS))
"""What the outbox stands in for."""
VERSION_AGE_MS_MAX = 1000
"""A change of a configuration, made by any process, is seen after this long."""
PLACES_TOTAL = 300
"""Attempts under way in one process at accounts that answer: half of what is left is one account's at most."""
LANES_MAX = 10_000
ENVIRONMENTS_MAX = 10_000
"""Environments whose configurations are remembered; beyond it they are read again."""

log = structlog.get_logger(__name__)


class Fleet:
    """The provider accounts of all environments (the port `Providers`).

    An account is started at its first message and closed when its configuration changes or goes.
    Raises `ConfigurationError` when `smtp_url` cannot be read.
    """

    def __init__(
        self, *, configs: ProviderConfigStore, outbox: OutboxStore, smtp_url: str, account: Account, clock: Clock
    ) -> None:
        self._configs = configs
        self._lent = account
        self._clock = clock
        self._outbox = Outbox(outbox)
        self._smtp = Smtp(smtp_settings_from_url(smtp_url), self._account("")) if smtp_url else None
        self._known: dict[int, dict[str, ProviderConfig]] = {}
        self._available: dict[int, tuple[Available, ...]] = {}
        self._running: dict[str, tuple[ProviderConfig, Provider]] = {}
        self._version = -1
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._logbooks: dict[tuple[int, str], Logbook] = {}
        self._changed_accounts = ChangedAccounts()
        self._generation = 0
        self._read_at: int | None = None
        self._reading = asyncio.Lock()

    @property
    def smtp(self) -> Smtp | None:
        """The mail server of the settings, which is every environment's and none's."""
        return self._smtp

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """List what can be used now, in the order to try: stored accounts, the SMTP server of the settings, the outbox.

        The outbox serves what nobody else does, and everything where delivery is simulated. When the store cannot be
        asked, what was known before still holds; raises `Unavailable` only when nothing was.
        """
        if environment.delivery == "simulated":
            return _OUTBOX_ALONE
        await self._refresh()
        ways = self._available.get(environment.id)
        if ways is None:
            configs = await self._of(environment.id)
            ways = self._available[environment.id] = self._ways(configs)
        return tuple(self._as_it_stands(way) for way in ways)

    def admit(self, way: Way) -> float:
        """Take a place in the account's lane, or say when to ask again."""
        stalled = sum(lane.under_way for lane in self._lanes.values() if lane.is_stalled)
        return self._lane(way).admit(max((PLACES_TOTAL - stalled) // 2, 1))

    def forgo(self, way: Way) -> None:
        """Give a place back unused."""
        self._lane(way).forgo()

    def _lane(self, way: Way) -> Lane:
        place = (way.provider, way.config_id)
        lane = self._lanes.get(place)
        if lane is None:
            if len(self._lanes) >= LANES_MAX:
                self._lanes = {key: one for key, one in self._lanes.items() if one.under_way or one.is_parked}
            lane = self._lanes[place] = Lane(
                provider=way.provider,
                config_id=way.config_id,
                rate_limit=self._rate_limit(way.config_id),
                clock=time.monotonic,
            )
        return lane

    def _rate_limit(self, config_id: str) -> RateLimit | None:
        for configs in self._known.values():
            if config_id and config_id in configs:
                config = configs[config_id]
                return decode_settings(config.provider, config.settings).rate_limit
        return None

    def _as_it_stands(self, way: Available) -> Available:
        lane = self._lanes.get((way.provider, way.config_id))
        return msgspec.structs.replace(way, parked=True) if lane is not None and lane.is_parked else way

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Hand one message over. Never raises: what nobody foresaw may have sent it, so its outcome is unknown."""
        started = time.perf_counter()
        try:
            outcome = await self._send(way, dispatch)
        except Exception as error:  # noqa: BLE001 - whatever happens is an outcome
            # Frames and the error's type, without its text and without values: both may hold an address or a secret.
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error(  # noqa: TRY400 - see above
                "provider.failed",
                provider=way.provider,
                message_id=dispatch.message_id,
                error=type(error).__name__,
                traceback=frames,
            )
            outcome = Unknown(f"{way.provider} failed unexpectedly ({type(error).__name__}): it may have been sent")
        took_s = time.perf_counter() - started
        lane = self._lane(way)
        lane.landed(outcome, took_s)
        if way.config_id:
            self._logbook(dispatch.environment_id, way.config_id).note(outcome, took_s, parked_s=lane.parked_s)
        _seconds_of(way.provider).observe(took_s)
        _made_of(way.provider, type(outcome).__name__).inc()
        return outcome

    def sightings(self) -> list[Sighting]:
        """Tell how the stored accounts are doing of which there is news."""
        return [logbook.told(*place) for place, logbook in self._logbooks.items() if logbook.is_news]

    def _logbook(self, environment_id: int, config_id: str) -> Logbook:
        place = (environment_id, config_id)
        found = self._logbooks.get(place)
        if found is None:
            if len(self._logbooks) >= LANES_MAX:
                self._logbooks.clear()
            found = self._logbooks[place] = Logbook(self._clock.now_ms)
        return found

    async def check(self, environment: Environment) -> list[tuple[Available, Check]]:
        """Log in at everything that the environment may use, one after another."""
        checks = []
        accounts = {(way.provider, way.config_id): way for way in await self.available(environment)}
        for way in accounts.values():
            provider = await self._provider(way.provider, way.config_id, environment.id)
            gone = Check(ok=False, detail="its configuration was removed")
            checks.append((way, await provider.check() if provider else gone))
        return checks

    async def close(self) -> None:
        """Close every account. Sends under way still end."""
        running, self._running = self._running, {}
        for _, provider in running.values():
            await provider.close()
        await self._changed_accounts.close()
        if self._smtp is not None:
            await self._smtp.close()

    async def _send(self, way: Way, dispatch: Dispatch) -> Outcome:
        try:
            provider = await self._provider(way.provider, way.config_id, dispatch.environment_id)
            if provider is None:
                return _removed(way)
            ready = await self._changed(provider, way, dispatch) if dispatch.override else (provider, dispatch)
        except TidingsError as error:
            return RetryLater(f"the configuration of {way.provider} could not be read: {type(error).__name__}")
        if isinstance(ready, Undeliverable):
            return ready
        provider, dispatch = ready
        if dispatch.handing is not None and not provider.TELLS_WHEN:
            dispatch.handing()
        return await provider.send(dispatch)

    async def _changed(
        self, provider: Provider, way: Way, dispatch: Dispatch
    ) -> tuple[Provider, Dispatch] | Undeliverable:
        """Make ready what sends as the message wants it sent; what nobody can do is said, and not left out."""
        kept = way.provider == Outbox.key  # it keeps what would be sent, whoever would send it
        if not kept and (odd := not_taken(provider, dispatch)):
            return _unlike(way, f"{odd}: {provider.name} takes no such change")
        if kept or not dispatch.override.get("config"):
            return provider, dispatch
        if not way.config_id:
            return _unlike(way, "config: the mail server of the installation's own settings is everybody's")
        config = (await self._of(dispatch.environment_id)).get(way.config_id)
        if config is None:  # it went a moment ago, and is about to be closed
            return _removed(way)
        changes, dispatch = changes_of(way.provider, dispatch)
        try:
            return await self._changed_accounts.of(config, changes, self._account(config.id)), dispatch
        except InvalidInput as error:
            return _unlike(way, f"config: {error.message}")

    async def _provider(self, key: str, config_id: str, environment_id: int) -> Provider | None:
        if key == Outbox.key:
            return self._outbox
        if not config_id:
            return self._smtp
        if config_id in self._running:
            return self._running[config_id][1]
        config = (await self._of(environment_id)).get(config_id)
        if config is None or config_id in self._running:
            return self._running[config_id][1] if config else None
        settings = decode_settings(config.provider, config.settings)
        provider = CATALOG[config.provider].start(settings, self._account(config_id))
        self._running[config_id] = (config, provider)
        return provider

    def _account(self, config_id: str) -> Account:
        url = self._lent.receipts_url
        return msgspec.structs.replace(self._lent, receipts_url=f"{url}/{config_id}" if url and config_id else "")

    async def _of(self, environment_id: int) -> dict[str, ProviderConfig]:
        while (known := self._known.get(environment_id)) is None:
            generation = self._generation
            configs = await self._configs.all(environment_id)
            if generation == self._generation:  # else it changed while we read: what we read may be old
                if len(self._known) >= ENVIRONMENTS_MAX:
                    self._forget()
                self._known[environment_id] = {config.id: config for config in configs if _can_start(config)}
        return known

    def _ways(self, configs: dict[str, ProviderConfig]) -> tuple[Available, ...]:
        ways = [
            Available(
                config.provider,
                config.id,
                CATALOG[config.provider].provider.channel,
                repeatable_s=CATALOG[config.provider].provider.repeatable_s(),
            )
            for config in configs.values()
            if config.enabled
        ]
        if self._smtp is not None:
            ways.append(Available(Smtp.key, "", Smtp.channel))
        served = Counter(way.channel for way in ways)
        return (*ways, *(way for way in _OUTBOX_ALONE if not served[way.channel]))

    async def _refresh(self) -> None:
        now = self._clock.now_ms()
        if self._read_at is not None and now - self._read_at < VERSION_AGE_MS_MAX:
            return
        async with self._reading:
            if self._read_at is not None and now - self._read_at < VERSION_AGE_MS_MAX:
                return
            try:
                version = await self._configs.version()
                if version != self._version:
                    await self._replace()
                    self._version = version
            except TidingsError as error:
                log.warning("provider_configs.unread", error=type(error).__name__)
            self._read_at = now

    async def _replace(self) -> None:
        self._forget()
        for config_id, (config, provider) in list(self._running.items()):
            try:
                current = await self._configs.get(config.environment_id, config_id)
            except NotFound:
                current = None
            if current is None or msgspec.structs.replace(current, enabled=config.enabled) != config:
                del self._running[config_id]
                self._lanes.pop((config.provider, config_id), None)
                await provider.close()

    def _forget(self) -> None:
        self._generation += 1
        self._known.clear()
        self._available.clear()


@lru_cache
def _seconds_of(provider: str) -> Any:
    """Find the meter once: looking it up takes longer than reading it."""
    return telemetry.attempt_seconds.labels(provider)


@lru_cache
def _made_of(provider: str, outcome: str) -> Any:
    return telemetry.attempts_made.labels(provider, outcome)


_OUTBOX_ALONE = tuple(
    Available(Outbox.key, "", channel, stands_in=True, repeatable_s=Outbox.repeatable_s()) for channel in CHANNELS
)


def _removed(way: Way) -> Undeliverable:
    return Undeliverable(Reason.PROVIDER_ERROR, f"the configuration {way.config_id} was removed")


def _unlike(way: Way, why: str) -> Undeliverable:
    """Say what of a message's override cannot be done."""
    return Undeliverable(Reason.PROVIDER_ERROR, f"providers.{way.provider}.override.{why}")


def _can_start(config: ProviderConfig) -> bool:
    try:
        decode_settings(config.provider, config.settings)
    except InvalidInput as error:
        log.warning("provider_config.skipped", provider_config_id=config.id, path=error.path)
        return False
    return True
