"""The way from a webhook to the history of a message: find the account, check the signature, record the facts."""

import asyncio
from collections import OrderedDict

import msgspec
import structlog

from tidings.errors import NotAuthenticated, NotFound
from tidings.messages import Receipt
from tidings.ports import Facts, ProviderConfigStore
from tidings.provider_configs import ProviderConfig
from tidings.providers.base import Account, Check, Provider
from tidings.providers.catalog import CATALOG, decode_settings
from tidings.providers.webhook import Webhook
from tidings.suppressions import Texted
from tidings.together import Together

ACCOUNTS_MAX = 1_000
"""Accounts kept ready to read webhooks with."""
CHECK_S = 20.0
"""How long somebody who looks at a form waits."""

log = structlog.get_logger(__name__)


class Receiver:
    """Reads webhooks of every account, and tries accounts."""

    def __init__(self, *, configs: ProviderConfigStore, facts: Together[Facts], account: Account) -> None:
        self._configs = configs
        self._facts = facts
        self._lent = account
        self._ready: OrderedDict[str, tuple[ProviderConfig, Provider]] = OrderedDict()

    async def receive(self, config_id: str, webhook: Webhook) -> str:
        """Record what a webhook tells; give the words to answer with.

        Raises `NotFound` for an account that is none, `NotAuthenticated` for a signature that is wrong or cannot be
        checked, `InvalidInput` for what is signed and unreadable.
        """
        config = await self._configs.find(config_id)
        provider = await self._provider(config)
        if (words := provider.challenge(webhook)) is not None:
            return words
        try:
            told = await provider.receive(webhook)
        except NotAuthenticated as error:
            log.warning("receipts.refused", provider=config.provider, provider_config_id=config.id, why=str(error))
            raise
        if told:
            facts = Facts(
                environment_id=config.environment_id,
                channel=CATALOG[config.provider].provider.channel,
                provider=config.provider,
                config_id=config.id,
                receipts=[each for each in told if isinstance(each, Receipt)],
                texted=[each for each in told if isinstance(each, Texted)],
            )
            await self._facts.add(facts)
            log.info("receipts.recorded", provider=config.provider, count=len(told))
        return provider.WELL_TAKEN

    async def check(self, config: ProviderConfig) -> Check:
        """Log in at an account and leave again, sending nothing. Raises `NotFound` for a provider that is no more."""
        provider = await self._provider(config)
        try:
            async with asyncio.timeout(CHECK_S):
                return await provider.check()
        except TimeoutError:
            return Check(ok=False, detail=f"the service did not answer within {CHECK_S:.0f} s")

    async def close(self) -> None:
        """Let go of the accounts."""
        ready, self._ready = self._ready, OrderedDict()
        for _, provider in ready.values():
            await provider.close()

    async def _provider(self, config: ProviderConfig) -> Provider:
        known = self._ready.get(config.id)
        if known is not None and known[0] == config:
            self._ready.move_to_end(config.id)
            return known[1]
        if config.provider not in CATALOG:
            raise NotFound("there is no provider of this kind any more")
        url = self._lent.receipts_url
        account = msgspec.structs.replace(self._lent, receipts_url=f"{url}/{config.id}" if url else "")
        provider = CATALOG[config.provider].start(decode_settings(config.provider, config.settings), account)
        self._ready[config.id] = (config, provider)
        if known is not None:
            await known[1].close()
        if len(self._ready) > ACCOUNTS_MAX:
            _, (_, oldest) = self._ready.popitem(last=False)
            await oldest.close()
        return provider
