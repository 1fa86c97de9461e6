"""Amazon SES against a local service that behaves as documented."""

import time

import msgspec
import pytest

from tidings.errors import NotAuthenticated
from tidings.providers.sigv4 import AwsKey, signature_headers
from tidings.testing.provider_cases import ReportingProviderCases


class TestAwsSes(ReportingProviderCases):
    """What is true of every provider is true of Amazon SES."""

    key = "aws-ses"
    webhook_secret = "sns_topic_arn"

    def forgeries(self, webhook):
        """Its signature stands in the body, and covers all of it."""
        signed = msgspec.json.decode(webhook.body)
        forged = [
            {**signed, "Signature": "AAAA"},
            {**signed, "Message": signed["Message"] + " "},
            {**signed, "TopicArn": "arn:aws:sns:eu-west-1:999999999999:mine"},
            {**signed, "SigningCertURL": "https://sns.evil.example/certificate.pem"},
        ]
        return [msgspec.structs.replace(webhook, body=msgspec.json.encode(body)) for body in forged]

    async def test_a_subscription_is_confirmed(self, provider, service):
        """The first message of a topic asks whether we want the others; we say so at the place it names."""
        at = int(time.time() * 1000)
        asked = service.webhook(b"You have chosen to subscribe", url="", at=at, kind="SubscriptionConfirmation")
        assert await provider.receive(asked) == []
        assert service.subscriptions_confirmed == 1

    async def test_a_subscription_to_somebody_elses_topic(self, provider, service):
        """Nobody can make us subscribe to a topic of theirs."""
        service.TOPIC = "arn:aws:sns:eu-west-1:999999999999:mine"
        asked = service.webhook(b"join", url="", at=int(time.time() * 1000), kind="SubscriptionConfirmation")
        with pytest.raises(NotAuthenticated):
            await provider.receive(asked)
        assert service.subscriptions_confirmed == 0


def test_a_signature_as_amazon_documents_it():
    """The example of the Signature Version 4 documentation has the signature that stands there."""
    headers = signature_headers(
        AwsKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam"),
        method="GET",
        url="https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        body=b"",
        at_s=1440938160,
    )
    assert headers["Authorization"].endswith("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
