"""Workspaces, their environments, and the keys that open them."""

from tidings.workspaces.key import ApiKey, ApiKeyGrant, Source, SourceGrant, hash_key, hint
from tidings.workspaces.workspace import Delivery, Environment, Workspace

__all__ = [
    "ApiKey",
    "ApiKeyGrant",
    "Delivery",
    "Environment",
    "Source",
    "SourceGrant",
    "Workspace",
    "hash_key",
    "hint",
]
