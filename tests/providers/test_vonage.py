"""Vonage against a local service that behaves as documented."""

import msgspec

from tidings.testing.provider_cases import ReportingProviderCases


class TestVonage(ReportingProviderCases):
    """What is true of every provider is true of Vonage."""

    key = "vonage"
    webhook_secret = "signature_secret"
    each_message_has_its_door = True

    def forgeries(self, webhook):
        """Its signature is one of the fields, and covers the others."""
        bodies = [
            webhook.body + b"0",
            webhook.body.replace(b"sig=", b"gis="),
            webhook.body.replace(b"messageId=", b"messageId=x"),
        ]
        return [msgspec.structs.replace(webhook, body=body) for body in bodies]
