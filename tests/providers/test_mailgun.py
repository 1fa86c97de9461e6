"""Mailgun against a local service that behaves as documented."""

import msgspec

from tidings.testing.provider_cases import ReportingProviderCases


class TestMailgun(ReportingProviderCases):
    """What is true of every provider is true of Mailgun."""

    key = "mailgun"
    webhook_secret = "webhook_signing_key"

    def forgeries(self, webhook):
        """Its signature stands in the body."""
        signed = msgspec.json.decode(webhook.body)
        signature = signed.pop("signature")
        forged = [signed, {**signed, "signature": {**signature, "token": "another"}}]
        forged.append({**signed, "signature": {**signature, "signature": "0" * 64}})
        return [msgspec.structs.replace(webhook, body=msgspec.json.encode(body)) for body in forged]
