"""Messages that Amazon SNS posts, and their signatures.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import re
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from tidings.errors import InvalidInput, NotAuthenticated
from tidings.providers.webhook import moment_ms, require, unbase64

AGE_MS_MAX = 3600_000
"""SNS retries for up to an hour with the signature of the first try."""
_AMAZON = re.compile(r"https://sns\.[a-z0-9-]{3,40}\.amazonaws\.com(\.cn)?/")


class Notice(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One SNS message."""

    type: str
    message_id: str
    topic_arn: str
    message: str
    timestamp: str
    signature: str
    signature_version: str = "1"
    signing_cert_url: str = msgspec.field(name="SigningCertURL")
    subject: str | None = None
    subscribe_url: str = msgspec.field(name="SubscribeURL", default="")
    token: str = ""

    @property
    def event(self) -> Any:
        """What SES put into it; None when that is no JSON."""
        try:
            return msgspec.json.decode(self.message)
        except (msgspec.DecodeError, RecursionError):
            return None

    @property
    def canonical(self) -> bytes:
        """The text that is signed."""
        pairs = [("Message", self.message), ("MessageId", self.message_id)]
        if self.type == "Notification":
            pairs += [("Subject", self.subject)] if self.subject is not None else []
        else:
            pairs += [("SubscribeURL", self.subscribe_url)]
        pairs += [("Timestamp", self.timestamp)]
        pairs += [("Token", self.token)] if self.type != "Notification" else []
        pairs += [("TopicArn", self.topic_arn), ("Type", self.type)]
        return "".join(f"{name}\n{value}\n" for name, value in pairs).encode()


def read_notice(body: bytes) -> Notice:
    """Read one. Raises `InvalidInput`."""
    try:
        return msgspec.json.decode(body, type=Notice)
    except (msgspec.DecodeError, RecursionError):
        raise InvalidInput("the webhook is no message of Amazon SNS") from None


def may_fetch(url: str, base_url: str) -> bool:
    """Tell whether a URL in a message leads to Amazon (or to where a rehearsal plays Amazon)."""
    return bool(_AMAZON.match(url)) or bool(base_url and url.startswith(base_url.rstrip("/") + "/"))


def require_signed(notice: Notice, certificate: bytes, now: int) -> None:
    """Raise `NotAuthenticated` unless this certificate signed this message, lately."""
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        require(isinstance(key, RSAPublicKey))
        assert isinstance(key, RSAPublicKey)  # noqa: S101 - for the type checker
        digest = SHA256() if notice.signature_version == "2" else SHA1()  # noqa: S303 - SNS's older scheme
        key.verify(unbase64(notice.signature), notice.canonical, PKCS1v15(), digest)
    except (ValueError, InvalidSignature):
        raise NotAuthenticated("the webhook's signature is missing or wrong") from None
    require(abs(now - moment_ms(notice.timestamp, 0)) <= AGE_MS_MAX)
