"""Postmark against a local service that behaves as documented."""

from tidings.testing.provider_cases import HttpProviderCases


class TestPostmark(HttpProviderCases):
    """What is true of every provider is true of Postmark."""

    key = "postmark"
    webhook_secret = "webhook_password"
