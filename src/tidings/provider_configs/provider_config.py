"""A provider switched on, with its settings."""

from typing import Any

import msgspec


class ProviderConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One account at one provider. `settings` hold secrets in the clear: only the store (which encrypts) and the
    provider see them; everything that answers a person goes through the catalog's masking.
    """  # noqa: D205

    environment_id: int
    id: str
    provider: str
    """The provider's key in the catalog: `smtp`."""
    title: str
    alias: str | None
    settings: dict[str, Any]
    created: int
    updated: int
    enabled: bool = True
    """False: nothing is sent by it, as if it were not there."""

    def __repr__(self) -> str:
        """Show no settings: a repr ends up in logs."""
        return f"ProviderConfig(id={self.id!r}, provider={self.provider!r})"
