"""Provider configurations: a provider switched on, with its settings."""

from tidings.provider_configs.health import (
    ERROR_LENGTH_MAX,
    MINUTE_MS,
    WINDOW_MINUTES,
    Health,
    Minute,
    Sighting,
    health,
    step_of,
)
from tidings.provider_configs.provider_config import ProviderConfig

__all__ = [
    "ERROR_LENGTH_MAX",
    "MINUTE_MS",
    "WINDOW_MINUTES",
    "Health",
    "Minute",
    "ProviderConfig",
    "Sighting",
    "health",
    "step_of",
]
