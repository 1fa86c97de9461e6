"""Telnyx against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestTelnyx(ReportingProviderCases):
    """What is true of every provider is true of Telnyx."""

    key = "telnyx"
    webhook_secret = "public_key"
    each_message_has_its_door = True
