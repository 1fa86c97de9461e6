"""Accounts of which one message changes the settings (`providers.<key>.override.config`)."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels import Dispatch
from tidings.provider_configs import ProviderConfig
from tidings.providers.base import Account, Provider
from tidings.providers.catalog import CATALOG, catalog_entry, changed_settings

KEPT_MAX = 32
"""Kept ready with their connections, for messages that follow with the same changes."""


def not_taken(provider: Provider, dispatch: Dispatch) -> str:
    """Name what of a message's override a provider cannot do; empty when it can do all of it."""
    return min(dispatch.override.keys() - provider.OVERRIDES - {"attachments"}, default="")


def changes_of(key: str, dispatch: Dispatch) -> tuple[dict[str, Any], Dispatch]:
    """Read what a message changes of the account's settings; a `url` that is none of them is that of the request."""
    changes = dict(dispatch.override.get("config") or {})
    if "url" in changes and "url" not in catalog_entry(key)["settings"]:  # as Courier's Postmark has it
        dispatch = msgspec.structs.replace(dispatch, override={**dispatch.override, "url": changes.pop("url")})
    return changes, dispatch


class ChangedAccounts:
    """Starts such accounts, and keeps those that were used last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bytes], tuple[ProviderConfig, Provider]] = OrderedDict()

    async def of(self, config: ProviderConfig, changes: Mapping[str, Any], account: Account) -> Provider:
        """Give the account as changed. Raises `InvalidInput` for settings that it does not take."""
        digest = hashlib.blake2b(msgspec.json.encode(changes, order="sorted"), digest_size=16).digest()
        found = self._kept.get((config.id, digest))
        if found is not None and found[0] == config:
            self._kept.move_to_end((config.id, digest))
            return found[1]
        settings = changed_settings(config.provider, config.settings, changes)
        provider = CATALOG[config.provider].start(settings, account)
        self._kept[config.id, digest] = (config, provider)
        self._kept.move_to_end((config.id, digest))
        old = [found[1]] if found is not None else []
        if len(self._kept) > KEPT_MAX:
            old.append(self._kept.popitem(last=False)[1][1])
        for each in old:
            await each.close()
        return provider

    async def close(self) -> None:
        """Close all of them. Sends under way still end."""
        kept, self._kept = self._kept, OrderedDict()
        for _, provider in kept.values():
            await provider.close()
