"""MessageBird against a local service that behaves as documented."""

from tidings.testing.provider_cases import ReportingProviderCases


class TestMessageBird(ReportingProviderCases):
    """What is true of every provider is true of MessageBird."""

    key = "messagebird-sms"
    webhook_secret = "signing_key"
    each_message_has_its_door = True
