"""Whom, and by which way: message, profile and providers to a route. Pure."""

from tidings.routing.plan import Route, Unroutable, plan
from tidings.routing.reach import address_on

__all__ = ["Route", "Unroutable", "address_on", "plan"]
