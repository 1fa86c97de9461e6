"""Suppressions: addresses and users that get nothing more, and why."""

from tidings.suppressions.suppression import Given, Kind, Suppression, address_of, addresses_of
from tidings.suppressions.texted import Texted, wish_in

__all__ = ["Given", "Kind", "Suppression", "Texted", "address_of", "addresses_of", "wish_in"]
