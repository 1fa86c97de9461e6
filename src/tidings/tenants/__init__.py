"""Tenants: the companies, teams and accounts that users belong to."""

from tidings.tenants.tenant import Membership, Tenant

__all__ = ["Membership", "Tenant"]
