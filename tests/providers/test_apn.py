"""APNs against a local service that behaves as documented."""

from tidings.testing.provider_cases import SilentProviderCases


class TestApn(SilentProviderCases):
    """What is true of every provider is true of APNs."""

    key = "apn"
    needs_no_words = True
