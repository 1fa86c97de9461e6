"""Workspaces, their environments, and the keys that open them."""

from tidings.workspaces.key import ApiKey, ApiKeyGrant, SourceGrant, hash_key, hint, new_api_key
from tidings.workspaces.source import Source, SourceChange, SourceSettings, WriteKey
from tidings.workspaces.workspace import ENVIRONMENT_NAME, Delivery, Environment, Workspace

__all__ = [
    "ENVIRONMENT_NAME",
    "ApiKey",
    "ApiKeyGrant",
    "Delivery",
    "Environment",
    "Source",
    "SourceChange",
    "SourceGrant",
    "SourceSettings",
    "Workspace",
    "WriteKey",
    "hash_key",
    "hint",
    "new_api_key",
]
