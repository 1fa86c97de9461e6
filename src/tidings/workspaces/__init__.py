"""Workspaces, their environments, and the keys that open them."""

from tidings.workspaces.access_token import ACCESS_TOKEN_LIFE_S, TRACKING_SCOPE, AccessToken, AccessTokens
from tidings.workspaces.client_assertion import Assertion, OAuthError, TokenRefused, claimed_key, proved
from tidings.workspaces.client_token import SCOPE_CHARACTERS_MAX, ClientToken, ClientTokens, life_s, scopes_of
from tidings.workspaces.key import ApiKey, ApiKeyGrant, SourceGrant, hash_key, hint, new_api_key
from tidings.workspaces.oauth_key import PEM_CHARACTERS_MAX, OAuthKey, new_oauth_key, oauth_name_of, public_key_of
from tidings.workspaces.source import Refused, Source, SourceChange, SourceSettings, WriteKey
from tidings.workspaces.workspace import ENVIRONMENT_NAME, Delivery, Environment, Workspace

__all__ = [
    "ACCESS_TOKEN_LIFE_S",
    "ENVIRONMENT_NAME",
    "PEM_CHARACTERS_MAX",
    "SCOPE_CHARACTERS_MAX",
    "TRACKING_SCOPE",
    "AccessToken",
    "AccessTokens",
    "ApiKey",
    "ApiKeyGrant",
    "Assertion",
    "ClientToken",
    "ClientTokens",
    "Delivery",
    "Environment",
    "OAuthError",
    "OAuthKey",
    "Refused",
    "Source",
    "SourceChange",
    "SourceGrant",
    "SourceSettings",
    "TokenRefused",
    "Workspace",
    "WriteKey",
    "claimed_key",
    "hash_key",
    "hint",
    "life_s",
    "new_api_key",
    "new_oauth_key",
    "oauth_name_of",
    "proved",
    "public_key_of",
    "scopes_of",
]
