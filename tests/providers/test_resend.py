"""Resend against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestResend(ReportingProviderCases):
    """What is true of every provider is true of Resend."""

    key = "resend"
    webhook_secret = "webhook_secret"
