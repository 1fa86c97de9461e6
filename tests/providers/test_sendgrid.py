"""SendGrid against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestSendGrid(ReportingProviderCases):
    """What is true of every provider is true of SendGrid."""

    key = "sendgrid"
    webhook_secret = "webhook_public_key"
