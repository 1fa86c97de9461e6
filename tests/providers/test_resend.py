"""Resend against a local service that behaves as documented."""

from tidings.testing.provider_cases import HttpProviderCases


class TestResend(HttpProviderCases):
    """What is true of every provider is true of Resend."""

    key = "resend"
    webhook_secret = "webhook_secret"
