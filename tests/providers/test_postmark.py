"""Postmark against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestPostmark(ReportingProviderCases):
    """What is true of every provider is true of Postmark."""

    key = "postmark"
    webhook_secret = "webhook_password"
