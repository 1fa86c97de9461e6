"""What may be done to providers' accounts, whoever asks: the API, or the command line."""

from collections.abc import Mapping
from typing import Any

from tidings.errors import Conflict
from tidings.ports import ProviderConfigStore, RoutingStrategyStore

Json = dict[str, Any]


def merge_patch(target: Mapping[str, Any], changes: Mapping[str, Any]) -> Json:
    """Apply RFC 7396: null removes, objects merge, all else replaces."""
    merged = dict(target)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            old = merged.get(key)
            merged[key] = merge_patch(old if isinstance(old, dict) else {}, value)
        else:
            merged[key] = value
    return merged


async def see_that_nobody_asks_for(
    environment_id: int, provider_id: str, configs: ProviderConfigStore, strategies: RoutingStrategyStore
) -> None:
    """Strategies name providers by their key, so it matters for the last account alone. Raises `Conflict`."""
    config = await configs.get(environment_id, provider_id)
    accounts = await configs.all(environment_id)
    if [each.id for each in accounts if each.provider == config.provider] != [config.id]:
        return
    if asking := await strategies.naming(environment_id, config.provider):
        names = ", ".join(f"{each.name!r} ({each.id})" for each in asking[:3])
        raise Conflict(
            f"routing strategies ask for {config.provider}: {names}. Change them first, or switch the account off"
        )
