"""Telegram against a local service that behaves as documented."""

from tidings.testing.provider_cases import SilentProviderCases


class TestTelegram(SilentProviderCases):
    """What is true of every provider is true of Telegram."""

    key = "telegram"
