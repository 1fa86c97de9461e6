"""Whether a call may come in to a source that enforces OAuth (segment.md §1.2, §7 row 53)."""

from tidings.api.accept_answer import Headers, Refusal
from tidings.api.accept_keys import bearer_of
from tidings.workspaces import AccessTokens, SourceGrant

_CHALLENGE = ((b"www-authenticate", b'Bearer realm="tidings", error="invalid_token"'),)


def check_token(source: SourceGrant, headers: Headers, tokens: AccessTokens, *, now: int) -> None:
    """Look whether an access token for this source comes along. Raises `Refusal`.

    One that is merely over is told by 511: Segment's libraries drop a call at 401, and at 511 ask for another token
    and send it again. They ask in time; but a machine that slept has the old one.
    """
    bearer = bearer_of(headers)
    if not bearer:
        message = "this source enforces OAuth: send an access token as Bearer, and the write key in the body"
        raise Refusal(401, "oauth_token_missing", message, headers=_CHALLENGE)
    token = tokens.read(bearer)
    if (
        token is None
        or (token.environment_id, token.source_id) != (source.environment_id, source.source_id)
        or all(key.id != token.oauth_key_id for key in source.oauth_keys)
    ):
        message = "this access token does not open this source, or does not any more"
        raise Refusal(401, "oauth_token_invalid", message, headers=_CHALLENGE)
    if token.expires_at <= now:
        raise Refusal(511, "oauth_token_expired", "this access token is over: ask for another", headers=_CHALLENGE)
