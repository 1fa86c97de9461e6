"""Provider configurations: a provider switched on, with its settings."""

from tidings.provider_configs.provider_config import ProviderConfig

__all__ = ["ProviderConfig"]
