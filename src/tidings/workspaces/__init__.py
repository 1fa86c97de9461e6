"""Workspaces, their environments, and the keys that open them."""

from tidings.workspaces.client_token import SCOPE_CHARACTERS_MAX, ClientToken, ClientTokens, life_s, scopes_of
from tidings.workspaces.key import ApiKey, ApiKeyGrant, SourceGrant, hash_key, hint, new_api_key
from tidings.workspaces.source import Refused, Source, SourceChange, SourceSettings, WriteKey
from tidings.workspaces.workspace import ENVIRONMENT_NAME, Delivery, Environment, Workspace

__all__ = [
    "ENVIRONMENT_NAME",
    "SCOPE_CHARACTERS_MAX",
    "ApiKey",
    "ApiKeyGrant",
    "ClientToken",
    "ClientTokens",
    "Delivery",
    "Environment",
    "Refused",
    "Source",
    "SourceChange",
    "SourceGrant",
    "SourceSettings",
    "Workspace",
    "WriteKey",
    "hash_key",
    "hint",
    "life_s",
    "new_api_key",
    "scopes_of",
]
