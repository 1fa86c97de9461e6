"""Tenants: the companies, teams and accounts that users belong to."""

from tidings.tenants.lineage import LEVELS_BELOW_MAX, LEVELS_READ_MAX, NOBODY, Lineage
from tidings.tenants.template import TenantTemplate, TenantTemplateVersion
from tidings.tenants.tenant import Membership, Tenant

__all__ = [
    "LEVELS_BELOW_MAX",
    "LEVELS_READ_MAX",
    "NOBODY",
    "Lineage",
    "Membership",
    "Tenant",
    "TenantTemplate",
    "TenantTemplateVersion",
]
