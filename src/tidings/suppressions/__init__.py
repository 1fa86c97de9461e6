"""Suppressions: addresses and users that get nothing more, and why."""

from tidings.suppressions.suppression import Given, Kind, Suppression, address_of, addresses_of

__all__ = ["Given", "Kind", "Suppression", "address_of", "addresses_of"]
