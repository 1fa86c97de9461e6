"""Plivo against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestPlivo(ReportingProviderCases):
    """What is true of every provider is true of Plivo."""

    key = "plivo"
    webhook_secret = ""
    each_message_has_its_door = True
