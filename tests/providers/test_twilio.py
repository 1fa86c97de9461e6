"""Twilio against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestTwilio(ReportingProviderCases):
    """What is true of every provider is true of Twilio."""

    key = "twilio"
    webhook_secret = ""
    each_message_has_its_door = True
