"""What is said to the identity provider: discovery, its keys, a code for a token (OpenID Connect Core, Discovery)."""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from tidings.accounts.id_token import Claims, Expected, UnknownKey, identity_of, read_id_token
from tidings.accounts.identity import Identity, Refusal, SignInRefused
from tidings.accounts.single_sign_on import SingleSignOn
from tidings.api.studio.kept import Kept
from tidings.clock import Clock
from tidings.destinations import HttpAnswer, HttpFault, HttpRequest
from tidings.ports import Carrier

ANSWER_BYTES_MAX = 256 * 1024
"""Keys with their chains of certificates are the longest, and a tenth of it."""
_TIMEOUT_S = 10.0
_SCOPE = "openid email profile"

T = TypeVar("T")


class Flow(msgspec.Struct, frozen=True, kw_only=True, tag="oidc"):
    """One try to sign in, as the browser carries it, sealed: from the way out to the way back."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636): who has it began this, and no other can use the code."""
    callback: str
    """The address to come back to."""
    to: str
    """Where in Studio somebody wanted to go."""
    expires: int

    def __repr__(self) -> str:
        """Show nothing: a repr ends up in logs."""
        return "Flow(…)"


class _Metadata(msgspec.Struct):
    """What the issuer says of itself, as much as is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic",)


class _Keys(msgspec.Struct):
    keys: list[dict[str, Any]]


class _Tokens(msgspec.Struct):
    id_token: str
    access_token: str = ""


class _Fault(msgspec.Struct):
    error: str = ""


class IdentityProvider:
    """One issuer. Each answer is bounded in bytes and time, and its addresses stay on TLS.

    The issuer is the operator's own setting and may be inside the network; nothing that a browser brings names an
    address here.
    """

    def __init__(self, settings: SingleSignOn, *, carrier: Carrier, clock: Clock) -> None:
        self.settings = settings
        self._carrier = carrier
        self._metadata = Kept(self._discover, clock)
        self._keys = Kept(self._read_keys, clock)

    async def way_out(self, flow: Flow) -> str:
        """Write the address at which the issuer asks who somebody is. Raises `SignInRefused`."""
        endpoint = (await self._metadata.get()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": flow.callback,
            "scope": _SCOPE,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge_of(flow.verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def identify(self, code: str, flow: Flow, *, said_by: str | None) -> Identity:
        """Turn a code into who it is. `said_by` is the issuer that the answer names, where it does (RFC 9207).

        Raises `SignInRefused`.
        """
        metadata = await self._metadata.get()
        if said_by is not None and said_by != metadata.issuer:
            raise SignInRefused(Refusal.TOKEN, "the answer is another issuer's")
        tokens = await self._exchange(code, flow, metadata)
        expected = Expected(issuer=metadata.issuer, client_id=self.settings.client_id, nonce=flow.nonce)
        claims = await self._claims(tokens.id_token, expected)
        if "email" not in claims or "email_verified" not in claims:
            claims = await self._with_user_info(claims, tokens, metadata)
        return identity_of(claims, issuer=metadata.issuer)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._carrier.close()

    async def _claims(self, token: str, expected: Expected) -> Claims:
        for anew in (False, True):  # keys change: an unknown one is looked for once more
            try:
                return read_id_token(token, (await self._keys.get(anew=anew)).keys, expected)
            except UnknownKey:
                continue
        raise SignInRefused(Refusal.TOKEN, "no key of the issuer has signed the id token")

    async def _exchange(self, code: str, flow: Flow, metadata: _Metadata) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": flow.callback,
            "code_verifier": flow.verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        headers |= self._credentials(form, metadata.token_endpoint_auth_methods_supported)
        answer = await self._say(
            HttpRequest(
                url=metadata.token_endpoint, headers=headers, body=urlencode(form).encode(), timeout_s=_TIMEOUT_S
            )
        )
        if answer.status != 200:
            raise SignInRefused(Refusal.REJECTED, f"the token endpoint answered {answer.status}: {_error_in(answer)}")
        return _read(answer, _Tokens, "the token endpoint")

    def _credentials(self, form: dict[str, str], methods: Sequence[str]) -> Mapping[str, str]:
        """Prove who we are, as the issuer wants it (RFC 6749, §2.3.1)."""
        client_id, secret = self.settings.client_id, self.settings.client_secret
        if secret and "client_secret_basic" in methods:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
            return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        form["client_id"] = client_id
        if secret:
            form["client_secret"] = secret
        return {}

    async def _with_user_info(self, claims: Claims, tokens: _Tokens, metadata: _Metadata) -> Claims:
        """Ask for what the token does not tell. What the token says, stands."""
        if not metadata.userinfo_endpoint or not tokens.access_token:
            return claims
        headers = {"authorization": f"Bearer {tokens.access_token}", "accept": "application/json"}
        said = await self._get(metadata.userinfo_endpoint, dict[str, Any], "the userinfo endpoint", headers=headers)
        if said.get("sub") != claims["sub"]:
            raise SignInRefused(Refusal.TOKEN, "the userinfo endpoint tells of somebody else")
        return {**said, **claims}

    async def _discover(self) -> _Metadata:
        place = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._get(place, _Metadata, "discovery")
        if found.issuer.rstrip("/") != self.settings.issuer.rstrip("/"):
            raise SignInRefused(Refusal.UNREACHABLE, "the issuer calls itself otherwise: set oidc_issuer as it says")
        scheme = urlsplit(self.settings.issuer).scheme
        endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
        if any(each and urlsplit(each).scheme not in {"https", scheme} for each in endpoints):
            raise SignInRefused(Refusal.UNREACHABLE, "an endpoint of the issuer is not reached by https")
        return found

    async def _read_keys(self) -> _Keys:
        return await self._get((await self._metadata.get()).jwks_uri, _Keys, "the address of its keys")

    async def _get(self, url: str, kind: type[T], what: str, *, headers: Mapping[str, str] | None = None) -> T:
        asked = headers or {"accept": "application/json"}
        answer = await self._say(HttpRequest(method="GET", url=url, headers=asked, timeout_s=_TIMEOUT_S))
        if answer.status != 200:
            raise SignInRefused(Refusal.UNREACHABLE, f"{what} of the issuer answered {answer.status}")
        return _read(answer, kind, what)

    async def _say(self, request: HttpRequest) -> HttpAnswer:
        answer = await self._carrier.carry(request)
        if isinstance(answer, HttpFault):
            raise SignInRefused(Refusal.UNREACHABLE, f"the issuer cannot be reached: {answer.detail} ({answer.code})")
        return answer


def new_flow(*, callback: str, to: str, expires: int) -> Flow:
    """Begin a try: 256 random bits for each of its secrets."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(state=state, nonce=nonce, verifier=verifier, callback=callback, to=to, expires=expires)


def challenge_of(verifier: str) -> str:
    """Write what the issuer learns of the verifier (RFC 7636, §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _read(answer: HttpAnswer, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SignInRefused(Refusal.UNREACHABLE, f"{what} answered what cannot be read") from error


def _error_in(answer: HttpAnswer) -> str:
    try:
        said = msgspec.json.decode(answer.body, type=_Fault).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = ""
    return said[:100] if said.isascii() and said.isprintable() and said else "without a reason"
