"""AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).

Forty lines instead of botocore, which would be the largest dependency of all and signs in the same way.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec


class AwsKey(msgspec.Struct, frozen=True):
    """Who signs, and for what."""

    access_key_id: str
    secret_access_key: str
    region: str
    service: str
    session_token: str = ""

    def __repr__(self) -> str:
        """Show no key: a repr ends up in logs."""
        return f"AwsKey(…, {self.region}, {self.service})"


def signature_headers(
    key: AwsKey, *, method: str, url: str, headers: Mapping[str, str], body: bytes, at_s: float
) -> dict[str, str]:
    """Sign a request; give the headers to add to it."""
    moment = datetime.fromtimestamp(at_s, UTC).strftime("%Y%m%dT%H%M%SZ")
    added = {"X-Amz-Date": moment}
    if key.session_token:
        added["X-Amz-Security-Token"] = key.session_token
    parts = urlsplit(url)
    signed = {name.lower(): " ".join(value.split()) for name, value in {**headers, **added}.items()}
    signed["host"] = parts.netloc
    names = ";".join(sorted(signed))
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    canonical = "\n".join(
        [
            method,
            quote(parts.path or "/", safe="/-_.~%"),
            query,
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{moment[:8]}/{key.region}/{key.service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    secret = ("AWS4" + key.secret_access_key).encode()
    for word in (moment[:8], key.region, key.service, "aws4_request", to_sign):
        secret = hmac.new(secret, word.encode(), hashlib.sha256).digest()
    credential = f"Credential={key.access_key_id}/{scope}"
    added["Authorization"] = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={secret.hex()}"
    return added
